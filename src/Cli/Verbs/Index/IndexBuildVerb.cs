using System.CommandLine;
using JaccardKernels.Data;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index build</c>.</summary>
internal sealed class IndexBuildVerb : Verb
{
    private readonly IndexInput _input;
    private readonly Option<string> _out;
    private readonly Option<string> _structure;

    public IndexBuildVerb()
        : base(
            "build",
            "Writes an index of images or of codes. From images: --run embeds those of --data and packs the signs; names, labels where there are " +
            "any, and the SHA-256 of the model go with them, so that 'jk search' knows its own. From codes: --codes, and if given ids, names and " +
            "labels, whatever made them. All parts carry checksums.\n\nStructures, all exact: flat compares all codes by Hamming distance; mih " +
            "finds them by tables of substrings (multi-index hashing), much faster where a million codes and more lie in clusters; jaccard ranks by the Jaccard " +
            "similarity of the sets of bits.\n\nData sets:\n" + DataSpec.Help,
            "jk index build --run weights/scenes.safetensors --data photos/ --out photos.jkx",
            "jk index build --run runs/scenes --data scenes --out scenes.jkx",
            "jk index build --codes codes.npy --names names.txt --structure mih --out photos.jkx",
            "jk index build --codes clustered:100000000 --structure mih --out large.jkx")
    {
        _input = new IndexInput(this);
        _structure = Default("--structure", string.Join('|', IndexStructures.Names), "flat", "How the codes are arranged and searched.");
        _out = Required<string>("--out", "I.jkx", "Where to write.");
    }

    public override void Run(VerbContext context)
    {
        IndexStructure structure = IndexStructures.Parse(context.Get(_structure));
        string path = context.Get(_out);
        StoreProgress progress = context.Progress.OfStore(path);
        if (_input.TryOpen(context, out Func<ICodeSource>? open))
        {
            IndexBuilder.Build(path, open, structure, progress: progress, cancellation: context.Cancellation);
        }
        else
        {
            IndexItems items = _input.Read(context);
            using BinaryIndex index = BinaryIndex.CreateAny(structure, items.Content, threads: 1);
            items.AddTo(index, firstId: 0);
            index.Save(path, structure, progress, context.Cancellation);
        }
        IndexReport.Of(path).Report(context);
    }
}
