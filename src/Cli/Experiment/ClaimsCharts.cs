using JaccardKernels.Cli.Report;

namespace JaccardKernels.Cli.Experiment;

/// <summary>The pictures of the experiment: quality against bits, NDCG against rank, similarity against distance.</summary>
internal static class ClaimsCharts
{
    // Lines that a chart bears.
    private const int MostMethods = 6;

    /// <summary>The charts of a part; those without data are left out.</summary>
    public static IEnumerable<ReportChart> Of(Part part, ClaimsSummary summary)
    {
        if (summary.Part(part.Id).Count == 0) yield break;
        if (summary.Of(part.Id, Method.Multiset.Id, "composite", Method.MainBits, c => c.MapHalf) is not null) yield return Bits(part, summary);
        (string Name, IReadOnlyList<MethodResult> Seeds)[] methods =
        [
            .. part.Compared.Select(method => (method.Name, summary.Method(part.Id, method.Id)))
                .Where(one => one.Item2.Count > 0).Take(MostMethods),
        ];
        yield return new ReportChart(
            $"NDCG against rank, {part.Name}", "rank k", "NDCG@k",
            [.. methods.Select(m => new ChartSeries(m.Name, [.. m.Seeds[0].Ranks.Select(rank => (double)rank)], ClaimsSummary.MeanCurve(m.Seeds, s => s.Ndcg)))],
            LogarithmicX: true, "real embeddings; gain J");
        yield return new ReportChart(
            $"Similarity against distance, {part.Name}", "squared distance over its mean", "mean J",
            [.. methods.Select(m => new ChartSeries(m.Name, ClaimsSummary.MeanCurve(m.Seeds, s => s.Distances), ClaimsSummary.MeanCurve(m.Seeds, s => s.Similarities)))],
            Note: "pairs sorted by distance, a twentieth a point");
    }

    private static ReportChart Bits(Part part, ClaimsSummary summary)
    {
        List<ChartSeries> series = [];
        foreach ((string name, Func<int, Statistic?> of) in ClaimsMarkdown.CodeRows(part, summary))
        {
            (double Bits, double Mean)[] points = [.. Method.AllBits.Select(bits => ((double)bits, of(bits)?.Mean ?? double.NaN)).Where(p => !double.IsNaN(p.Item2))];
            if (points.Length > 0) series.Add(new ChartSeries(name, [.. points.Select(p => p.Bits)], [.. points.Select(p => p.Mean)]));
        }
        double real = summary.Of(part.Id, Method.Multiset.Id, "real", 0, c => c.MapHalf)!.Value.Mean;
        series.Add(new ChartSeries("real numbers", [Method.AllBits[0], Method.AllBits[^1]], [real, real], IsBaseline: true));
        return new ReportChart($"mAP@0.5 against bits, {part.Name}", "bits", "mAP@0.5", series, LogarithmicX: true, "multiset Jaccard, adaptive margin");
    }
}
