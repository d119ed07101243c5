using System.Globalization;
using System.Text;
using JaccardKernels.Benchmarks;

namespace JaccardKernels.Peers;

/// <summary>The report as Markdown.</summary>
internal static class PeerMarkdown
{
    private const string Legend =
        """

        Medians of one process in which all take turns on the same data, after their results were compared; the ratio is the fastest peer's time over
        ours. The share is of the measured multiply-add roof, by the operations of the plain algorithm: above 100 % where one with fewer computes it
        (Winograd's for 3 x 3 filters of stride 1). ONNX Runtime has filters as constants and packs them before it runs; we and libtorch take them as they come. "train" is
        forward, to the data and to the weights. "triplets" are loss and gradient over all triplets of a batch, in libtorch by autograd: matrices of
        distances, then hinges and masks as [anchors,N,N] tensors, two million triplets at a time, which is faster there than all of 512 rows in one piece. "top 100" is a search, whose distances must be equal; faiss runs in a process of
        its own and tells its own time. "scan" is a search by one query over 0.8 GB, and the share that of the rate at which as many bytes are read, in turns with it.
        Networks have the same weights everywhere: inference, and "step" with softmax cross entropy, backward and momentum, counted as three times the
        operations forward, in libtorch by autograd with the noise of our dropout. No run of ours after the first of a row allocates managed memory: a row that did would not have been timed.

        """;

    /// <summary>Writes it, ending in a line break.</summary>
    public static string Write(PeerReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"- {report.Device}; {report.Runtime}; commit {report.Commit}, {report.Date}\n");
        text.Append($"- beside {string.Join(" and ", report.Contenders)}\n");
        foreach (string missing in report.Missing) text.Append($"- missing: {missing}\n");
        foreach (Roof roof in report.Roofs)
            text.Append(CultureInfo.InvariantCulture, $"- roof of {roof.Threads}: {Quantity.Number(roof.Peak(ArithmeticKind.MultiplyAdd))} GFLOP/s\n");
        text.Append('\n');
        MarkdownReport.Row(text, ["work", "problem", "threads", "ours", "rate", "of the roof", .. report.Contenders, "ratio", "difference"]);
        MarkdownReport.Row(text, ["---", "---", "---:", "---:", "---:", "---:", .. report.Contenders.Select(_ => "---:"), "---:", "---:"]);
        foreach (SideBySide row in report.Rows)
        {
            MarkdownReport.Row(text,
            [
                row.Work, $"`{row.Problem}`", $"{row.Threads}", Quantity.Seconds(row.Ours), $"{Quantity.Number(row.Rate.Value)} {row.Rate.Unit}",
                row.Rate.RoofShare is { } share ? Quantity.Percent(share) : "",
                .. report.Contenders.Select(name => row.Peers.TryGetValue(name, out double seconds) ? Quantity.Seconds(seconds) : ""),
                row.Ratio is { } ratio ? $"**{ratio.ToString("0.00", CultureInfo.InvariantCulture)}**" : "",
                row.Peers.Count == 0 ? "" : row.Difference == 0 ? "0" : row.Difference.ToString("0e-0", CultureInfo.InvariantCulture),
            ]);
        }
        text.Append('\n');
        foreach (var group in report.Rows.Where(row => row.Group.Length > 0 && row.Ratio is not null).GroupBy(row => (row.Group, row.Threads)))
        {
            double mean = Math.Exp(group.Average(row => Math.Log(row.Ratio!.Value)));
            text.Append(CultureInfo.InvariantCulture, $"- {group.Key.Group}, {group.Key.Threads} thread(s): geometric mean {mean:0.00}, least {group.Min(row => row.Ratio):0.00}\n");
        }
        WriteScaling(text, report.Rows);
        text.Append(Legend);
        if (report.Failures.Count > 0)
        {
            text.Append("\nNot timed:\n\n");
            foreach (string failure in report.Failures) text.Append($"- {failure}\n");
        }
        return text.ToString();
    }

    // Scans alone are bound by memory, of which two threads can read no more than there is.
    private static void WriteScaling(StringBuilder text, IReadOnlyList<SideBySide> rows)
    {
        foreach (var pair in rows.Where(row => row.Rate.Unit != "GB/s").GroupBy(row => (row.Work, row.Problem))
            .Select(group => (First: group.MinBy(row => row.Threads)!, Last: group.MaxBy(row => row.Threads)!))
            .Where(pair => pair.First.Threads < pair.Last.Threads).GroupBy(pair => (pair.First.Threads, pair.Last.Threads), pair => (pair.First.Work, pair.First.Ours / pair.Last.Ours)))
        {
            text.Append(CultureInfo.InvariantCulture, $"- our time with {pair.Key.Item1} thread(s) over that with {pair.Key.Item2}: ");
            text.AppendJoin(", ", pair.Select(row => $"{row.Work} {row.Item2.ToString("0.00", CultureInfo.InvariantCulture)}")).Append('\n');
        }
    }
}
