using System.CommandLine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index convert</c>.</summary>
internal sealed class IndexConvertVerb : Verb
{
    private readonly Argument<string> _from = new("from") { HelpName = "FROM", Description = "The file to read." };
    private readonly Argument<string> _to = new("to") { HelpName = "TO", Description = "The file to write." };
    private readonly Option<string?> _ids, _idsOut;
    private readonly Option<string> _structure;

    public IndexConvertVerb()
        : base(
            "convert",
            "Takes codes from one file format to another. What a file is, its name says: .jkx an index, .npy uint8 [N,bits/8] (with ids int64 [N] in a file of " +
            "their own), .bvecs the same as rows with lengths, .fvecs embeddings whose signs are the codes (to read only), anything else a binary " +
            "index of faiss (IndexBinaryFlat, or with ids IndexBinaryIDMap). Names and labels of an index stay behind. Codes go through a block at a time.",
            "jk index convert photos.jkx photos.faiss",
            "jk index convert base.fvecs base.jkx --structure mih",
            "jk index convert codes.faiss codes.npy --ids-out ids.npy")
    {
        Arguments.Add(_from);
        Arguments.Add(_to);
        _ids = Optional<string>("--ids", "I.npy", "The ids of .npy codes to be read; without, rows are ids.");
        _idsOut = Optional<string>("--ids-out", "I.npy", "Where the ids of .npy codes to be written go.");
        _structure = Default("--structure", string.Join('|', IndexStructures.BinaryNames), "flat", "How an index to be written arranges its codes.");
    }

    public override void Run(VerbContext context)
    {
        (string from, string to) = (context.Get(_from), context.Get(_to));
        IndexStructure structure = IndexStructures.Parse(context.Get(_structure), binary: true);
        if (context.IsGiven(_idsOut) && Path.GetExtension(to) != ".npy") throw new ArgumentException($"--ids-out goes with .npy codes, not with {to}.");
        if (Path.GetExtension(to) == ".jkx")
        {
            IndexBuilder.Build(to, Open, structure, progress: context.Progress.OfStore(to), cancellation: context.Cancellation);
            IndexReport.Of(to).Report(context);
            return;
        }
        if (context.IsGiven(_structure)) throw new ArgumentException($"--structure goes with .jkx, not with {to}.");
        using ICodeSource source = Open();
        using (CodeSink sink = CodeFiles.Create(to, source.Bits, source.Count, source.HasIds, context.Get(_idsOut)))
        {
            sink.WriteAll(source);
            sink.Commit();
        }
        var report = new ConvertReport(from, to, source.Bits, source.Count, source.HasIds);
        context.Report(report, JkJson.Default.ConvertReport, console => console.WriteFacts(
            ("read", from), ("wrote", $"{to}, {Units.Bytes(new FileInfo(to).Length)}"),
            ("codes", $"{Units.Count(source.Count)} of {source.Bits} bits, {(source.HasIds ? "with ids" : "ids are rows")}")));

        ICodeSource Open() => Path.GetExtension(from) == ".jkx" ? new IndexSource(from) : CodeFiles.Open(from, context.Get(_ids));
    }
}

/// <summary>What <c>jk index convert</c> reports, where it wrote no index.</summary>
/// <param name="From">The file read.</param>
/// <param name="To">The file written.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Count">Codes.</param>
/// <param name="HasIds">They have ids of their own.</param>
internal sealed record ConvertReport(string From, string To, int Bits, long Count, bool HasIds);
