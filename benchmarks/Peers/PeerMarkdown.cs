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
        forward, to the data and to the weights.

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
        MarkdownReport.Row(text, ["work", "problem", "threads", "ours", "GFLOP/s", "of the roof", .. report.Contenders, "ratio", "difference"]);
        MarkdownReport.Row(text, ["---", "---", "---:", "---:", "---:", "---:", .. report.Contenders.Select(_ => "---:"), "---:", "---:"]);
        foreach (SideBySide row in report.Rows)
        {
            MarkdownReport.Row(text,
            [
                row.Work, $"`{row.Problem}`", $"{row.Threads}", Quantity.Seconds(row.Ours), Quantity.Number(row.Gigaflops / row.Ours),
                Quantity.Percent(row.RoofShare),
                .. report.Contenders.Select(name => row.Peers.TryGetValue(name, out double seconds) ? Quantity.Seconds(seconds) : ""),
                row.Ratio is { } ratio ? $"**{ratio.ToString("0.00", CultureInfo.InvariantCulture)}**" : "",
                row.Difference.ToString("0e-0", CultureInfo.InvariantCulture),
            ]);
        }
        text.Append('\n');
        foreach (var group in report.Rows.Where(row => row.Group.Length > 0 && row.Ratio is not null).GroupBy(row => (row.Group, row.Threads)))
        {
            double mean = Math.Exp(group.Average(row => Math.Log(row.Ratio!.Value)));
            text.Append(CultureInfo.InvariantCulture, $"- {group.Key.Group}, {group.Key.Threads} thread(s): geometric mean {mean:0.00}, least {group.Min(row => row.Ratio):0.00}\n");
        }
        return text.Append(Legend).ToString();
    }
}
