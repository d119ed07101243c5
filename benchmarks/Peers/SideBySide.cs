using JaccardKernels.Benchmarks;

namespace JaccardKernels.Peers;

/// <summary>Our time and those of the peers for the same work on the same data in one process.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Problem">The problem.</param>
/// <param name="Group">The group whose ratios are averaged, or nothing.</param>
/// <param name="Threads">Threads of everybody.</param>
/// <param name="Ours">Median seconds here.</param>
/// <param name="Rate">Our rate.</param>
/// <param name="Peers">Median seconds there, by name.</param>
/// <param name="Difference">The largest normalised mean squared difference of a peer's results from ours.</param>
internal sealed record SideBySide(
    string Work, string Operation, string Problem, string Group, int Threads, double Ours, PeerRate Rate,
    IReadOnlyDictionary<string, double> Peers, double Difference)
{
    /// <summary>The fastest peer's time over ours.</summary>
    public double? Ratio => Peers.Count > 0 ? Peers.Values.Min() / Ours : null;
}

/// <summary>All that one run measured.</summary>
/// <param name="Device">The processor.</param>
/// <param name="Runtime">The runtime.</param>
/// <param name="Date">The day.</param>
/// <param name="Commit">The commit.</param>
/// <param name="Contenders">Names of the peers that are here.</param>
/// <param name="Missing">Why others are not.</param>
/// <param name="Roofs">What the machine can do, by number of threads.</param>
/// <param name="Rows">What was timed.</param>
/// <param name="Failures">What was not timed, and why.</param>
internal sealed record PeerReport(
    string Device, string Runtime, string Date, string Commit, IReadOnlyList<string> Contenders, IReadOnlyList<string> Missing,
    IReadOnlyList<Roof> Roofs, IReadOnlyList<SideBySide> Rows, IReadOnlyList<string> Failures);
