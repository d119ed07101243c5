using System.CommandLine;
using System.Diagnostics;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What <c>jk similarity</c> reports.</summary>
/// <param name="Kind">Which similarity.</param>
/// <param name="Rows">Rows of the labels, M.</param>
/// <param name="Columns">Rows of the labels they are compared with, N.</param>
/// <param name="Classes">Classes, C.</param>
/// <param name="EmptyValue">The similarity of two empty label sets.</param>
/// <param name="Mean">The mean of all similarities.</param>
/// <param name="Out">The file written, float32 [M,N].</param>
/// <param name="Device">Where it was computed.</param>
/// <param name="Seconds">How long it took, the writing included.</param>
/// <param name="PairsPerSecond">M N over that time.</param>
internal sealed record SimilarityReport(
    string Kind, int Rows, int Columns, int Classes, float EmptyValue, double Mean, string Out, string Device, double Seconds, double PairsPerSecond);

/// <summary><c>jk similarity</c>.</summary>
internal sealed class SimilarityVerb : Verb
{
    private readonly Option<string> _labels, _kind, _out;
    private readonly Option<string?> _with, _rows, _counts;
    private readonly Option<float> _empty, _least;
    private readonly Option<int?> _top;
    private readonly DeviceOptions _device;

    public SimilarityVerb()
        : base(
            "similarity",
            "Writes the similarity of every row of labels with every other, or with other labels. " +
            "The matrix, float32 [M,N], is computed and written in blocks of rows: it need not fit into memory. " +
            "With --top only the most similar rows of each are written, in order of (similarity, row).",
            "jk similarity --labels train.npy --kind multiset-jaccard --out similarity.npy",
            "jk similarity --labels query.npy --with database.npy --kind cosine --out similarity.npy",
            "jk similarity --labels query.npy --with db.npy --kind multiset-jaccard --top 100 --least 0.5 --out similarity.npy --rows rows.npy")
    {
        _labels = Required<string>("--labels", "L.npy", "Counts per class, integers [M,C], none negative.");
        _with = Optional<string>("--with", "M.npy", "What to compare with, integers [N,C]; the labels themselves if left out.");
        _kind = Required<string>("--kind", SimilarityKinds.Names, "shared is 1 where a class is shared, else 0; shared-count is how many are.");
        _empty = Default("--empty", "0..1", 1f, "The Jaccard similarity of two rows without labels, a matter of definition.");
        _out = Required<string>("--out", "S.npy", "Where to write, float32 [M,N]; with --top [M,K], 0 beyond what there is.");
        _top = Optional<int?>("--top", "K", "The K most similar rows of each instead of the matrix; needs --rows.");
        _least = Default("--least", "S", 0f, "With --top, the least similarity of a row that is listed or counted.");
        _rows = Optional<string>("--rows", "R.npy", "With --top, where to write which rows these are, int32 [M,K], -1 beyond what there is.");
        _counts = Optional<string>("--counts", "C.npy", "With --top, where to write how many rows reach --least, also those beyond K, int32 [M].");
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        SimilarityKind kind = SimilarityKinds.Parse(context.Get(_kind));
        float empty = (float)Guard.InRange(context.Get(_empty), 0, 1, "--empty");
        LabelMatrix a = LabelMatrix.From(NpyFile.Read(context.Get(_labels)));
        LabelMatrix b = context.Get(_with) is { } with ? LabelMatrix.From(NpyFile.Read(with)) : a;
        if (a.Classes != b.Classes) throw new ArgumentException($"{context.Get(_labels)} has {a.Classes} classes; {context.Get(_with)} has {b.Classes}.");
        RequireSoundCombination(context);
        using IBackend backend = _device.Open(context);
        if (context.Get(_top) is { } top)
        {
            WriteTop(context, backend, kind, top, empty, a, b);
            return;
        }
        long start = Stopwatch.GetTimestamp();
        double sum = Write(context, backend, kind, empty, a, b);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, pairs = (double)a.Count * b.Count;
        var report = new SimilarityReport(
            SimilarityKinds.NameOf(kind), a.Count, b.Count, a.Classes, empty, pairs == 0 ? 0 : sum / pairs, context.Get(_out), backend.Info.Kind, seconds,
            pairs / seconds);
        context.Report(report, JkJson.Default.SimilarityReport, console => console.WriteFacts(
            ("similarity", report.Kind), ("matrix", $"{Units.Count(a.Count)} x {Units.Count(b.Count)}, {a.Classes} classes"),
            ("mean", Units.Measure(report.Mean)), ("written to", report.Out),
            ("time", $"{Units.Seconds(seconds)} on {report.Device}, {Units.Rate(report.PairsPerSecond / 1e6)} M pairs/s with writing")));
    }

    private void RequireSoundCombination(VerbContext context)
    {
        if (context.Get(_top) is { } top)
        {
            _ = Guard.Positive(top, "--top");
            _ = Guard.InRange(context.Get(_least), 0, float.MaxValue, "--least");
            if (!context.IsGiven(_rows)) throw new ArgumentException("--top needs --rows: where to write which rows are the most similar.");
            return;
        }
        foreach (Option option in (Option[])[_least, _rows, _counts])
        {
            if (context.IsGiven(option)) throw new ArgumentException($"{option.Name} needs --top: how many rows are wanted.");
        }
    }

    private void WriteTop(VerbContext context, IBackend backend, SimilarityKind kind, int top, float empty, LabelMatrix a, LabelMatrix b)
    {
        float least = context.Get(_least);
        (string path, string rowsPath, string? countsPath) = (context.Get(_out), context.Get(_rows)!, context.Get(_counts));
        long start = Stopwatch.GetTimestamp();
        var found = new SimilarRows(a.Count, top);
        found.Search(backend, kind, least, empty, a, b, row =>
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Progress.Report(() => $"similarity: row {Units.Count(row)} of {Units.Count(a.Count)}");
        });
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        NpyFile.Write<float>(path, found.Similarities, a.Count, top);
        NpyFile.Write<int>(rowsPath, found.Rows, a.Count, top);
        if (countsPath is not null) NpyFile.Write<int>(countsPath, found.Counts, a.Count);
        var report = new SimilarityTopReport(
            SimilarityKinds.NameOf(kind), a.Count, b.Count, a.Classes, empty, top, least, a.Count == 0 ? 0 : found.Counts.Average(),
            found.Counts.Count(count => count <= top), path, rowsPath, countsPath, backend.Info.Kind, seconds, (double)a.Count * b.Count / seconds);
        context.Report(report, JkJson.Default.SimilarityTopReport, report.Write);
    }

    private double Write(VerbContext context, IBackend backend, SimilarityKind kind, float empty, LabelMatrix a, LabelMatrix b)
    {
        using AtomicFile file = AtomicFile.Create(context.Get(_out));
        NpyFile.WriteHeader(file.Stream, ElementType.Float32, a.Count, b.Count);
        using var blocks = new SimilarityBlocks(backend, kind, empty, a, b);
        double sum = 0;
        for (int row = 0; row < a.Count; row += blocks.Rows)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> values = blocks.Compute(row);
            file.Stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));
            // By rows, so that the sum of 10^8 numbers keeps its digits.
            foreach (float value in values) sum += value;
            int done = row;
            context.Progress.Report(() => $"similarity: row {Units.Count(done)} of {Units.Count(a.Count)}");
        }
        file.Commit();
        return sum;
    }
}
