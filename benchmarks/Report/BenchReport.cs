namespace JaccardKernels.Benchmarks;

/// <summary>All that one run has measured.</summary>
/// <param name="Date">The day, UTC.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Quick">Few problems, short samples.</param>
/// <param name="Roofs">The roofs, in the order of their measurement.</param>
/// <param name="Rows">The operations.</param>
/// <param name="Failures">What was not timed, and why: a line each.</param>
internal sealed record BenchReport(
    string Date, string Runtime, bool Quick, IReadOnlyList<Roof> Roofs, IReadOnlyList<BenchRow> Rows, IReadOnlyList<string> Failures)
{
    /// <summary>The name of its files, without extension: date, kinds of devices, quick or full.</summary>
    public string FileName => $"{Date}-{string.Join('-', Roofs.Select(roof => roof.Kind).Distinct())}-{(Quick ? "quick" : "full")}";
}
