using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Report;

/// <summary>Measures against rank as charts: one for each measure, relevance and gain, with a line for each system and one for chance.</summary>
internal static class MeasureCharts
{
    /// <summary>Charts of all curves of the systems, by the last of the conventions (the strict one by default); curves do not depend on the normaliser.</summary>
    public static IReadOnlyList<ReportChart> Create(IReadOnlyList<ReportSystem> systems)
    {
        if (systems.Count == 0 || systems[0].Evaluation.Curves.Count == 0) return [];
        string conventions = systems[0].Evaluation.Curves[^1].Conventions;
        List<ReportChart> charts = [];
        foreach (MeasureCurve first in systems[0].Evaluation.Curves.Where(curve => curve.Conventions == conventions))
        {
            List<ChartSeries> series = [];
            foreach (ReportSystem system in systems)
            {
                MeasureCurve? curve = system.Evaluation.Curves.FirstOrDefault(other =>
                    (other.Name, other.Relevance, other.Grade, other.Conventions) == (first.Name, first.Relevance, first.Grade, conventions));
                if (curve is not null) series.Add(new ChartSeries(system.Name, ToReals(curve.Ranks), curve.Values));
            }
            series.Add(new ChartSeries("chance", ToReals(first.Ranks), first.Chance, IsBaseline: true));
            string basis = first.Relevance is { } relevance ? $"relevant: {relevance}" : $"gain: {first.Grade}";
            charts.Add(new ReportChart($"{first.Name}@k, {basis}", "rank k", first.Name, series, LogarithmicX: true, first.Conventions));
        }
        return charts;
    }

    private static double[] ToReals(IReadOnlyList<int> ranks) => [.. ranks.Select(rank => (double)rank)];
}
