using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>Ladders as tables for people.</summary>
internal static class LadderTable
{
    /// <summary>What there is.</summary>
    public static void Write(IAnsiConsole console, LadderReport report)
    {
        console.WriteFacts(("operation", $"{report.Operation}: {report.Summary}"), ("device", $"{report.Device}: {report.DeviceName}"));
        if (report.Variants.Count == 0)
        {
            console.WriteLine($"There is one way to compute it on {report.Device}.");
            return;
        }
        Table table = Tables.Create(">variant", "name", "math", "idea", "tiles");
        foreach (VariantLine variant in report.Variants)
            table.Row($"{variant.Number}", variant.Name, variant.Math, variant.Idea, string.Join(", ", variant.Tiles));
        console.Write(table);
    }

    /// <summary>How fast it is: a table a problem.</summary>
    public static void Write(IAnsiConsole console, IBackend backend, IReadOnlyList<LadderTiming> rows)
    {
        BackendInfo device = backend.Info;
        TimingResult? any = rows.FirstOrDefault(row => row.Timing is not null)?.Timing;
        console.WriteFacts(
            ("device", $"{device.Kind}: {device.Name}, {device.Detail}"), ("math", ProductMaths.NameOf(backend.ProductMath)),
            ("clock", any is null ? "-" : $"{any.Clock}, {any.Caches} caches"));
        foreach (IGrouping<(string Operation, string Problem, long Flops), LadderTiming> group in
            rows.GroupBy(row => (row.Operation, row.Problem, row.Flops)))
        {
            console.WriteLine($"{group.Key.Operation} {group.Key.Problem}: {Units.Rate(group.Key.Flops / 1e9)} GFLOP");
            Table table = Tables.Create(">variant", "name", "tile", "math", "idea", ">moves", ">median", ">GFLOP/s", ">times the plain");
            foreach (LadderTiming row in group)
            {
                string[] measured = row.Timing is { } timing
                    ?
                    [
                        Units.Bytes(row.Traffic), Units.Seconds(timing.Median), Units.Rate(timing.GigaflopsPerSecond),
                        row.TimesThePlain is { } times ? Units.Rate(times) : "",
                    ]
                    : ["", "", "", ""];
                string idea = row.Fault is not null ? "WRONG: see below" : row.WhyNot is { } why ? $"cannot: {why}" : row.Idea;
                table.Row([$"{row.Variant}", row.Name, row.Tile ?? "", row.Math, idea, .. measured]);
            }
            console.Write(table);
        }
    }
}
