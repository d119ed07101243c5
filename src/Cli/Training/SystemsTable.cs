using JaccardKernels.Retrieval;
using Spectre.Console;

namespace JaccardKernels.Cli.Training;

/// <summary>Systems beside each other by the measures that matter most, by each set of conventions.</summary>
internal static class SystemsTable
{
    private static readonly string[] Shown = ["mAP@0.5", "mAP", "NDCG@100"];

    /// <summary>Writes a table for each set of conventions.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<NamedEvaluation> systems)
    {
        EvaluationReport first = systems[0].Evaluation;
        console.WriteLine();
        console.WriteLine(
            $"{Units.Count(first.Queries)} queries x {Units.Count(first.Database)} images, cut at {Units.Count(first.Top)}; " +
            $"network chosen by: {first.Selection}");
        foreach (string conventions in first.Measures.Select(m => m.Conventions).Distinct())
        {
            MeasureResult[] measures = [.. first.Measures.Where(m => m.Conventions == conventions && Shown.Contains(m.Name))];
            if (measures.Length == 0) continue;
            console.WriteLine();
            console.WriteLine(conventions);
            Table table = Tables.Create(["", .. measures.Select(m => $">{Head(m)}")]);
            table.Row(["chance", .. measures.Select(m => Units.Measure(m.Chance))]);
            foreach (NamedEvaluation system in systems)
                table.Row([system.Name, .. measures.Select(m => Units.Measure(Same(system.Evaluation, m).Value))]);
            console.Write(table);
        }
    }

    /// <summary>The measure of another report with the same name, conventions, relevance and grade.</summary>
    public static MeasureResult Same(EvaluationReport report, MeasureResult measure) => report.Measures.First(m =>
        (m.Name, m.Conventions, m.Relevance, m.Grade) == (measure.Name, measure.Conventions, measure.Relevance, measure.Grade));

    private static string Head(MeasureResult measure) => measure.Grade is { } grade ? $"{measure.Name} ({grade})" : measure.Name;
}
