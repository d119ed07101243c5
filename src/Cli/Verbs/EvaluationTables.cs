using JaccardKernels.Retrieval;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>An evaluation as tables: one for each set of conventions.</summary>
internal static class EvaluationTables
{
    /// <summary>Writes what was ranked, what was relevant, and every measure beside its chance level.</summary>
    public static void Write(IAnsiConsole console, EvaluationReport report)
    {
        console.WriteFacts(
            ("ranking", $"{report.Distance}, {Units.Count(report.Queries)} queries x {Units.Count(report.Database)} items, cut at {Units.Count(report.Top)}" +
                (report.LeaveOneOut ? ", each query left out of its own" : "")),
            ("similarity of two images without labels", $"{report.EmptySimilarity}"),
            ("network chosen by", report.Selection));
        foreach (RelevanceStatistics statistics in report.Relevances)
        {
            console.WriteFacts((
                $"relevant: {statistics.Relevance}",
                $"{statistics.Share:P2} of pairs; {Units.Count(statistics.QueriesWithout)} queries without any"));
        }
        foreach (IGrouping<string, MeasureResult> group in report.Measures.GroupBy(measure => measure.Conventions))
        {
            console.WriteLine();
            console.WriteLine(group.Key);
            Table table = Tables.Create("measure", ">value", ">chance", ">queries", "relevant", "grade or gain");
            foreach (MeasureResult measure in group)
            {
                table.Row(
                    measure.Name, Units.Measure(measure.Value), Units.Measure(measure.Chance), $"{measure.Queries:0.##}",
                    measure.Relevance ?? "", measure.Grade ?? "");
            }
            console.Write(table);
        }
    }
}
