using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using JaccardKernels.Engine;
using Perfolizer.Horology;

namespace JaccardKernels.Benchmarks;

/// <summary>Runs <see cref="OperationBenchmarks"/>, with the roof beside BenchmarkDotNet's statistics.</summary>
internal static class BenchmarkDotNetRun
{
    /// <summary>Runs.</summary>
    /// <returns>0, or 1 where a benchmark failed.</returns>
    public static int Run(BenchOptions options)
    {
        OperationBenchmarks.Options = options;
        Dictionary<BenchTarget, Roof> roofs = [];
        foreach (BenchTarget target in OperationBenchmarks.Targets)
        {
            using IBackend backend = target.Open();
            roofs[target] = target.MeasureRoof(backend, options.RoofDuration);
        }
        // In this process: the same runtime settings, the same selection, and no generated project to build.
        Job job = (options.Quick ? Job.ShortRun.WithIterationTime(TimeInterval.FromMilliseconds(100)) : Job.Default)
            .WithToolchain(InProcessEmitToolchain.Instance);
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics)
            .AddColumn(
                StatisticColumn.Median,
                new RoofColumn(
                    "Rate", "Operations or bytes a second, whichever bind", roofs,
                    (limit, seconds) => $"{Quantity.Number(limit.Rate(seconds))} {limit.Unit}"),
                new RoofColumn("Of the roof", "Share of what the machine can do", roofs, (limit, seconds) => Quantity.Percent(limit.Share(seconds))))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(MarkdownExporter.GitHub, JsonExporter.Full)
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(80))
            .WithArtifactsPath(Path.Combine(options.Out ?? Path.Combine(options.Repository, "benchmarks"), "BenchmarkDotNet.Artifacts"));
        Summary summary = BenchmarkRunner.Run<OperationBenchmarks>(config);
        return summary.HasCriticalValidationErrors || summary.Reports.Length == 0 || summary.Reports.Any(report => !report.Success) ? 1 : 0;
    }
}
