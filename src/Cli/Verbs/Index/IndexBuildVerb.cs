using System.CommandLine;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index build</c>.</summary>
internal sealed class IndexBuildVerb : Verb
{
    private readonly Option<string?> _codes, _names, _labels;
    private readonly Option<string> _out, _origin;
    private readonly Option<int> _bits;

    public IndexBuildVerb()
        : base(
            "build",
            "Writes an index: codes, and if given the items' names and labels, with checksums.",
            "jk index build --codes codes.npy --names names.txt --out photos.jkx")
    {
        _codes = Optional<string>("--codes", "C.npy", "The codes, uint8 [N,bits/8], least significant bit first (faiss's layout).");
        _bits = Default("--bits", "N", 0, "Bits of a code; 0 means 8 for each column.");
        _names = Optional<string>("--names", "F.txt", "The items' names, one a line.");
        _labels = Optional<string>("--labels", "L.npy", "The items' counts per class, integers [N,C].");
        _origin = Default("--origin", "TEXT", "", "What made the codes, one line, so that queries of another kind can be told from them.");
        _out = Required<string>("--out", "I.jkx", "Where to write.");
    }

    public override void Run(VerbContext context)
    {
        HammingIndex index = BuildFromCodes(context);
        string path = context.Get(_out);
        index.Write(path);
        IndexReport.Of(path, index).Report(context);
    }

    private HammingIndex BuildFromCodes(VerbContext context)
    {
        string path = context.Get(_codes) ?? throw new ArgumentException("there is nothing to build from; --codes names the codes.");
        string origin = context.Get(_origin);
        if (origin.Contains('\n', StringComparison.Ordinal)) throw new ArgumentException("--origin has several lines; one is the limit.");
        PackedCodes codes = PackedCodes.ReadNpy(path, context.Get(_bits));
        string[]? names = context.Get(_names) is { } namesPath ? File.ReadAllLines(namesPath) : null;
        LabelMatrix? labels = context.Get(_labels) is { } labelsPath ? LabelMatrix.From(NpyFile.Read(labelsPath)) : null;
        return new HammingIndex(codes, names, labels, origin);
    }
}
