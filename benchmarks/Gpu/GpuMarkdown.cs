using System.Text;
using JaccardKernels.Cases;
using static System.FormattableString;

namespace JaccardKernels.Benchmarks;

/// <summary>The report of a GPU as Markdown.</summary>
internal static class GpuMarkdown
{
    private const string Legend =
        """

        Times are medians of single runs, each after a buffer of twice the last cache was overwritten; "warm" is the median with operands left where
        they are. The spread lies between the quartiles. The rate is of whatever binds the operation at the roof, multiply-adds, word counts or bytes,
        and the share is the time at the roof over the median. "Moves" counts the bytes that a variant takes from and gives to memory if nothing is
        cached between groups. Every result was checked before being timed, also of every variant.

        """;

    /// <summary>Writes it, ending in a line break.</summary>
    public static string Write(GpuReport report)
    {
        var text = new StringBuilder();
        GpuFacts facts = report.Facts;
        text.Append(Invariant($"- {facts.Kind}: {facts.Device}; {facts.Detail}; {Quantity.Bytes(facts.MemoryBytes)}\n"));
        string run = report.Quick ? "quick run" : "full run";
        text.Append(Invariant($"- commit {facts.Commit}, {facts.Date}, {run}, products in {facts.Math}\n"));
        text.Append(Invariant($"- {facts.Runtime}, ILGPU {facts.Ilgpu}; clock: {facts.Clock}\n"));
        text.Append(Invariant($"- {Quantity.Bytes(facts.FlushedBytes)} overwritten before each sample\n"));
        text.Append(Invariant($"- state after the roof: {report.StateBefore}\n- state at the end: {report.StateAfter}\n"));
        text.Append(Invariant($"- peer: {report.PeerFacts}\n"));
        WriteChecks(text, report.Checks);
        text.Append("\n## Roof\n\n");
        MarkdownReport.WriteRoofs(text, [report.Roof]);
        WriteLadders(text, report.Ladders);
        WriteChosen(text, report.Chosen);
        WriteRows(text, report);
        WriteTargets(text, report.Targets);
        text.Append(Legend);
        if (report.Failures.Count > 0) text.Append("\nWrong or not timed:\n\n");
        foreach (string failure in report.Failures) text.Append(Invariant($"- {failure.ReplaceLineEndings(" ")}\n"));
        return text.ToString();
    }

    private static void WriteChecks(StringBuilder text, IReadOnlyList<CheckCount> checks)
    {
        int failed = checks.Sum(check => check.Failed);
        text.Append("\n## Checked first\n\n");
        int problems = checks.Sum(check => check.Problems);
        text.Append(Invariant($"{problems} problems of {checks.Count} operations and variants, {failed} wrong.\n"));
        if (failed == 0) return;
        text.Append('\n');
        MarkdownReport.Row(text, ["what", "problems", "wrong"]);
        MarkdownReport.Row(text, ["---", "---:", "---:"]);
        foreach (CheckCount check in checks.Where(check => check.Failed > 0))
            MarkdownReport.Row(text, [check.What, $"{check.Problems}", $"{check.Failed}"]);
    }

    private static void WriteLadders(StringBuilder text, IReadOnlyList<LadderTiming> ladders)
    {
        foreach (IGrouping<(string Operation, string Problem, long Flops), LadderTiming> group in
            ladders.GroupBy(row => (row.Operation, row.Problem, row.Flops)))
        {
            string work = Quantity.Number(group.Key.Flops * 1e-9);
            text.Append(Invariant($"\n## Ladder of {group.Key.Operation} `{group.Key.Problem}`, {work} GFLOP\n\n"));
            MarkdownReport.Row(text, ["variant", "idea", "tile", "math", "moves", "median", "spread", "GFLOP/s", "times the plain", "checked on"]);
            MarkdownReport.Row(text, ["---:", "---", "---", "---", "---:", "---:", "---:", "---:", "---:", "---"]);
            foreach (LadderTiming row in group)
            {
                string[] measured = row.Timing is { } timing
                    ?
                    [
                        Quantity.Bytes(row.Traffic), Quantity.Seconds(timing.Median), Quantity.Percent(timing.Spread),
                        Quantity.Number(timing.GigaflopsPerSecond),
                        row.TimesThePlain is { } times ? Quantity.Number(times) : "", timing.Verified,
                    ]
                    : ["", "", "", "", "", row.WhyNot is { } why ? $"cannot: {why}" : "wrong, see below"];
                MarkdownReport.Row(text, [$"{row.Variant} {row.Name}", row.Idea, row.Tile ?? "", row.Math, .. measured]);
            }
        }
    }

    private static void WriteChosen(StringBuilder text, IReadOnlyList<LadderTiming> rows)
    {
        if (rows.Count == 0) return;
        text.Append("\n## What is chosen, beside the plain variant\n\n");
        MarkdownReport.Row(text, ["operation", "problem", "variant", "tile", "median", "times the plain"]);
        MarkdownReport.Row(text, ["---", "---", "---", "---", "---:", "---:"]);
        foreach (LadderTiming row in rows)
        {
            string median = row.Timing is { } timing ? Quantity.Seconds(timing.Median) : row.WhyNot ?? "wrong, see below";
            string times = row.TimesThePlain is { } value ? Quantity.Number(value) : "";
            MarkdownReport.Row(text, [row.Operation, $"`{row.Problem}`", $"{row.Variant} {row.Name}", row.Tile ?? "", median, times]);
        }
    }

    private static void WriteRows(StringBuilder text, GpuReport report)
    {
        text.Append("\n## Operations\n\n");
        MarkdownReport.Row(
            text,
            ["operation", "problem", "math", "variant", "median", "spread", "warm", "rate", "of the roof", "PyTorch", "theirs / ours", "error"]);
        MarkdownReport.Row(text, ["---", "---", "---", "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---"]);
        foreach ((BenchRow row, PeerRow peer) in report.Rows.Zip(report.Peers))
        {
            TimingResult timing = row.Timing;
            MarkdownReport.Row(text,
            [
                timing.Operation, $"`{timing.Problem}`", timing.Math, $"{timing.Variant} {timing.VariantName} {timing.Tile}".Trim(),
                Quantity.Seconds(timing.Median), Quantity.Percent(timing.Spread), timing.WarmMedian is { } warm ? Quantity.Seconds(warm) : "",
                $"{Quantity.Number(row.Rate)} {row.Unit}", Quantity.Percent(row.RoofShare),
                peer.Theirs is { } theirs ? Quantity.Seconds(theirs) : peer.WhyNot ?? "", peer.Ratio is { } ratio ? Quantity.Number(ratio) : "",
                timing.Margin,
            ]);
        }
    }

    private static void WriteTargets(StringBuilder text, IReadOnlyList<TargetRow> targets)
    {
        text.Append("\n## Targets\n\n");
        MarkdownReport.Row(text, ["target", "wanted", "reached", "met", "by its worst problem"]);
        MarkdownReport.Row(text, ["---", "---:", "---:", "---", "---"]);
        foreach (TargetRow row in targets)
        {
            string met = row.Met switch { true => "yes", false => "no", _ => "not measured" };
            string value = row.Reached is { } reached ? Quantity.Number(reached) : "";
            MarkdownReport.Row(text, [row.Target, Quantity.Number(row.Least), value, met, row.Note]);
        }
    }
}
