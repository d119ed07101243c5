using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using JaccardKernels.Cases;

namespace JaccardKernels.Benchmarks;

/// <summary>A column of BenchmarkDotNet's table, computed from the median and the roof.</summary>
/// <param name="name">The header.</param>
/// <param name="legend">What it means.</param>
/// <param name="roofs">The roof of every target.</param>
/// <param name="text">The cell of an operation's limit and the seconds it took.</param>
internal sealed class RoofColumn(
    string name, string legend, IReadOnlyDictionary<BenchTarget, Roof> roofs, Func<RoofLimit, double, string> text) : IColumn
{
    public string Id => $"Roof.{name}";

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics) return "failed";
        var operation = (OperationInstance)benchmarkCase.Parameters[nameof(OperationBenchmarks.Operation)];
        Roof roof = roofs[(BenchTarget)benchmarkCase.Parameters[nameof(OperationBenchmarks.Target)]];
        // BenchmarkDotNet counts nanoseconds.
        return text(roof.Limit(operation), statistics.Median * 1e-9);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}
