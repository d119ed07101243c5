using System.Globalization;
using System.Text;

namespace JaccardKernels.Benchmarks;

/// <summary>The report as Markdown: the roofs, then the operations, each with its share of the roof.</summary>
internal static class MarkdownReport
{
    // Working sets at which the roof table tells bandwidth: about the second-level cache, the last-level cache, and memory.
    private static readonly long[] s_workingSets = [256L << 10, 4L << 20, 64L << 20, 256L << 20];

    private const string Legend =
        """

        The median is of runs on operands that stay where they are, the spread lies between the quartiles. An operation needs its multiply-adds
        (GFLOP/s) or word counts (Gop/s), and must move its operands once, at the bandwidth of their working set (GB/s): the rate is of whichever
        takes longer at the roof, and the share is the time at the roof over the median. A share above 100 % tells of an algorithm that
        needs fewer (minimal filtering; counts in bytes), or of a disturbance while the roof was measured. Every result was checked before being timed; the error is the normalised mean squared one against double precision, beside
        its limit.

        """;

    /// <summary>Writes it, ending in a line break.</summary>
    public static string Write(BenchReport report)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, Roof> device in report.Roofs.GroupBy(roof => $"{roof.Kind}: {roof.Device}")) text.Append($"- {device.Key}\n");
        text.Append(CultureInfo.InvariantCulture, $"- {report.Runtime}, {report.Date}, {(report.Quick ? "quick run" : "full run")}\n\n");
        WriteRoofs(text, report.Roofs);
        text.Append('\n');
        WriteRows(text, report.Rows);
        text.Append(Legend);
        if (report.Failures.Count > 0)
        {
            text.Append("\nNot timed:\n\n");
            foreach (string failure in report.Failures) text.Append($"- {failure.ReplaceLineEndings(" ")}\n");
        }
        return text.ToString();
    }

    /// <summary>Roofs side by side.</summary>
    internal static void WriteRoofs(StringBuilder text, IReadOnlyList<Roof> roofs)
    {
        Row(text, ["roof", .. roofs.Select(roof => $"{new BenchTarget(roof.Kind, roof.Threads)}")]);
        Row(text, ["---", .. roofs.Select(_ => "---:")]);
        foreach (ArithmeticRate of in roofs.SelectMany(roof => roof.Arithmetic).DistinctBy(rate => rate.Name))
        {
            string unit = of.Kind == ArithmeticKind.MultiplyAdd ? "GFLOP/s" : "Gop/s";
            IEnumerable<ArithmeticRate?> rates = roofs.Select(roof => roof.Arithmetic.FirstOrDefault(rate => rate.Name == of.Name));
            Row(text, [of.Name, .. rates.Select(rate => rate is null ? "" : $"{Quantity.Number(rate.Rate)} {unit}")]);
        }
        foreach (long bytes in s_workingSets)
            Row(text, [$"read / copy / fill of {Quantity.Bytes(bytes)}", .. roofs.Select(roof => Bandwidth(roof, bytes))]);
    }

    private static string Bandwidth(Roof roof, long bytes)
    {
        if (bytes < roof.Bandwidth[0].Bytes || bytes > roof.Bandwidth[^1].Bytes) return "";
        BandwidthPoint at = roof.At(bytes);
        return $"{Quantity.Number(at.Read)} / {Quantity.Number(at.Copy)} / {Quantity.Number(at.Fill)} GB/s";
    }

    private static void WriteRows(StringBuilder text, IReadOnlyList<BenchRow> rows)
    {
        Row(text, ["operation", "problem", "device", "threads", "median", "spread", "rate", "of the roof", "error"]);
        Row(text, ["---", "---", "---", "---:", "---:", "---:", "---:", "---:", "---"]);
        // Stable: the order of the catalog within, the devices side by side.
        foreach (BenchRow row in rows.GroupBy(row => (row.Timing.Operation, row.Timing.Problem)).SelectMany(group => group))
        {
            Row(text,
            [
                row.Timing.Operation, $"`{row.Timing.Problem}`", row.Device,
                row.Threads == 0 ? "" : row.Threads.ToString(CultureInfo.InvariantCulture),
                Quantity.Seconds(row.Timing.Median), Quantity.Percent(row.Timing.Spread), $"{Quantity.Number(row.Rate)} {row.Unit}",
                Quantity.Percent(row.RoofShare), row.Timing.Margin,
            ]);
        }
    }

    /// <summary>A row of a table.</summary>
    internal static void Row(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
