using JaccardKernels.Cli.Training;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Report;

/// <summary>The course of training as charts; runs to be compared share them.</summary>
internal static class TrainingCharts
{
    // More points than this are not to be told apart on a page: neighbours are averaged.
    private const int MostPoints = 200;

    /// <summary>
    /// Charts of loss and saturation of the embedding phase, of active triplets and distances where there are triplets, of validation where
    /// images are held out, and of the loss of
    /// pretraining where there was one.
    /// </summary>
    public static IReadOnlyList<ReportChart> Create(params IReadOnlyList<(string Name, IReadOnlyList<TrainingMetrics> Steps)> runs)
    {
        List<ReportChart> charts = [];
        Add(charts, runs, "pretraining", "Pretraining: loss", "softmax cross entropy", ("", step => step.Loss));
        Add(charts, runs, "pretraining", "Pretraining: accuracy", "share of single objects told rightly", ("", step => step.Accuracy));
        Add(charts, runs, "embedding", "Embedding: loss", "loss", ("", step => step.Loss));
        Add(charts, runs, "embedding", "Embedding: active triplets", "share of triplets", ("", step => step.IsOfTriplets ? step.ActiveShare : double.NaN));
        Add(charts, runs, "embedding", "Embedding: distances", "mean squared distance",
            ("anchor to positive", step => step.PositiveDistance), ("anchor to negative", step => step.NegativeDistance));
        Add(charts, runs, "embedding", "Embedding: saturation", "share of elements above 0.99", ("", step => step.Saturation));
        Add(charts, runs, "embedding", "Embedding: validation", $"{ValidationMeasure.MeasureName} of the images held out", ("", step => step.Validation));
        return charts;
    }

    private static void Add(
        List<ReportChart> charts, IReadOnlyList<(string Name, IReadOnlyList<TrainingMetrics> Steps)> runs, string phase, string title, string yLabel,
        params ReadOnlySpan<(string Name, Func<TrainingMetrics, double> Value)> values)
    {
        List<ChartSeries> series = [];
        foreach ((string run, IReadOnlyList<TrainingMetrics> steps) in runs)
        {
            foreach ((string name, Func<TrainingMetrics, double> value) in values)
            {
                TrainingMetrics[] ofPhase = [.. steps.Where(step => step.Phase == phase && !double.IsNaN(value(step)))];
                if (ofPhase.Length > 0) series.Add(Average(name.Length == 0 ? run : $"{run}: {name}", ofPhase, value));
            }
        }
        if (series.Count > 0) charts.Add(new ReportChart(title, "step", yLabel, series));
    }

    private static ChartSeries Average(string name, TrainingMetrics[] steps, Func<TrainingMetrics, double> value)
    {
        int size = (steps.Length + MostPoints - 1) / MostPoints;
        TrainingMetrics[][] chunks = [.. steps.Chunk(size)];
        return new ChartSeries(name, [.. chunks.Select(chunk => chunk.Average(step => (double)step.Step))], [.. chunks.Select(chunk => chunk.Average(value))]);
    }
}
