using JaccardKernels.Cases;

namespace JaccardKernels.Benchmarks;

/// <summary>How many checks a part of the run made, and those that did not pass.</summary>
/// <param name="What">Of what: the operations as the device chooses, or a variant of a ladder.</param>
/// <param name="Problems">Problems checked.</param>
/// <param name="NotComputed">Problems that the variant cannot compute.</param>
/// <param name="Failed">Those that did not pass.</param>
internal sealed record CheckCount(string What, int Problems, int NotComputed, int Failed);

/// <summary>The same work here and in another library, in one run.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Problem">The problem.</param>
/// <param name="Math">The mode of products of both.</param>
/// <param name="Ours">Median seconds here.</param>
/// <param name="Theirs">Median seconds there, or null.</param>
/// <param name="WhyNot">Why the other is missing, or null.</param>
internal sealed record PeerRow(string Operation, string Problem, string Math, double Ours, double? Theirs, string? WhyNot)
{
    /// <summary>The peer's time over ours: above 1, ours is faster; the share of its speed that is reached.</summary>
    public double? Ratio => Theirs / Ours;
}

/// <summary>A target of the project and what was reached.</summary>
/// <param name="Target">What is wanted.</param>
/// <param name="Least">The least value that meets it.</param>
/// <param name="Reached">The value, of the worst problem; null where it was not measured.</param>
/// <param name="Note">Of which problem, or why it was not measured.</param>
internal sealed record TargetRow(string Target, double Least, double? Reached, string Note)
{
    /// <summary>It is met.</summary>
    public bool? Met => Reached is { } reached ? reached >= Least : null;
}

/// <summary>All that one run on one GPU has measured.</summary>
/// <param name="Facts">On what.</param>
/// <param name="Quick">Few problems, short samples.</param>
/// <param name="StateBefore">Clocks and power behind the first measurement of the roof.</param>
/// <param name="StateAfter">The same at the end.</param>
/// <param name="Checks">What was checked first.</param>
/// <param name="Roof">The roof.</param>
/// <param name="Ladders">Every variant of every ladder.</param>
/// <param name="Chosen">What the device chooses at every problem of an operation with a ladder, beside the plain variant.</param>
/// <param name="Rows">Every operation, as the device chooses to compute it.</param>
/// <param name="PeerFacts">The other library, or why it is missing.</param>
/// <param name="Peers">The same work in it.</param>
/// <param name="Targets">The targets.</param>
/// <param name="Failures">What was wrong or could not be timed: a line each.</param>
internal sealed record GpuReport(
    GpuFacts Facts, bool Quick, string StateBefore, string StateAfter, IReadOnlyList<CheckCount> Checks, Roof Roof,
    IReadOnlyList<LadderTiming> Ladders, IReadOnlyList<LadderTiming> Chosen, IReadOnlyList<BenchRow> Rows, string PeerFacts, IReadOnlyList<PeerRow> Peers,
    IReadOnlyList<TargetRow> Targets, IReadOnlyList<string> Failures)
{
    /// <summary>The name of its files, without extension: date, kind of device, mode of products, quick or full.</summary>
    public string FileName => $"{Facts.Date}-{Facts.Kind}-{Facts.Math}-{(Quick ? "quick" : "full")}";
}
