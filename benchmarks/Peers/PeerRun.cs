using System.Diagnostics;
using JaccardKernels.Benchmarks;
using JaccardKernels.Cases;

namespace JaccardKernels.Peers;

/// <summary>Our time and those of the peers for the same work on the same data in one process.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Problem">The problem.</param>
/// <param name="Group">The group whose ratios are averaged, or nothing.</param>
/// <param name="Threads">Threads of everybody.</param>
/// <param name="Gigaflops">10^9 operations of the plain algorithm.</param>
/// <param name="Ours">Median seconds here.</param>
/// <param name="RoofShare">Our rate of plain operations over the multiply-add roof: above 1 where an algorithm needs fewer.</param>
/// <param name="Peers">Median seconds there, by name.</param>
/// <param name="Difference">The largest normalised mean squared difference of a peer's results from ours.</param>
internal sealed record SideBySide(
    string Work, string Operation, string Problem, string Group, int Threads, double Gigaflops, double Ours, double RoofShare,
    IReadOnlyDictionary<string, double> Peers, double Difference)
{
    /// <summary>The fastest peer's time over ours.</summary>
    public double? Ratio => Peers.Count > 0 ? Peers.Values.Min() / Ours : null;
}

/// <summary>All that one run measured.</summary>
internal sealed record PeerReport(
    string Device, string Runtime, string Date, string Commit, IReadOnlyList<string> Contenders, IReadOnlyList<string> Missing,
    IReadOnlyList<Roof> Roofs, IReadOnlyList<SideBySide> Rows);

/// <summary>
/// Times everybody in turns: in each round each contender works for a while after a pause in which the threads of the one before go to sleep, so that
/// what disturbs the machine disturbs all of them.
/// </summary>
internal sealed class PeerRun(IReadOnlyList<IContender> peers, TextWriter progress)
{
    // Results may differ by rounding, and by what Winograd's convolutions cost (1e-10).
    private const double MostDifference = 1e-9;

    private readonly OurContender _ours = new();

    /// <summary>How often everybody has a turn.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How long a turn takes, in seconds; a run at least.</summary>
    public double Turn { get; init; } = 0.05;

    /// <summary>Measures some work.</summary>
    /// <exception cref="InvalidOperationException">A peer's results are not ours.</exception>
    public SideBySide Time(PeerWork work, int threads, Roof roof)
    {
        progress.Write($"{work}, {threads} thread{(threads > 1 ? "s" : "")}: ");
        List<(IContender Contender, PreparedWork Work, List<double> Times)> all = [];
        try
        {
            foreach (IContender contender in (IContender[])[_ours, .. peers])
            {
                if (contender.Prepare(work, threads) is { } prepared) all.Add((contender, prepared, []));
            }
            foreach ((_, PreparedWork prepared, _) in all)
            {
                for (int i = 0; i < 3; i++) prepared.Run();
            }
            double difference = all.Skip(1).Select(other => Difference(all[0].Work.Results(), other.Work.Results(), $"{other.Contender.Name}, {work}")).DefaultIfEmpty().Max();
            for (int round = 0; round < Rounds; round++)
            {
                foreach ((_, PreparedWork prepared, List<double> times) in all)
                {
                    Thread.Sleep(20);
                    // Not counted: caches hold what the one before has left.
                    prepared.Run();
                    long start = Stopwatch.GetTimestamp();
                    do
                    {
                        long before = Stopwatch.GetTimestamp();
                        prepared.Run();
                        times.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
                    }
                    while (Stopwatch.GetElapsedTime(start).TotalSeconds < Turn);
                }
            }
            double ours = Median(all[0].Times);
            long flops = Flops(work);
            var row = new SideBySide(
                work.Name, work.Operation, work.Problem, work.Group, threads, flops * 1e-9, ours,
                flops * 1e-9 / ours / roof.Peak(ArithmeticKind.MultiplyAdd),
                all.Skip(1).ToDictionary(other => other.Contender.Name, other => Median(other.Times)), difference);
            progress.WriteLine($"{Quantity.Seconds(ours)}, peers {string.Join(", ", row.Peers.Values.Select(Quantity.Seconds))}");
            return row;
        }
        finally
        {
            foreach ((_, PreparedWork prepared, _) in all) prepared.Dispose();
        }
    }

    private static long Flops(PeerWork work) => work.Operation == PeerWork.Training
        ? 3 * CaseCatalog.Find("ConvolutionForward").Parse(work.Problem).Flops
        : CaseCatalog.Find(work.Operation).Parse(work.Problem).Flops;

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }

    private static double Difference(IReadOnlyList<float[]> ours, IReadOnlyList<float[]> theirs, string what)
    {
        double worst = 0;
        foreach ((float[] a, float[] b) in ours.Zip(theirs))
        {
            if (a.Length != b.Length) throw new InvalidOperationException($"{what}: {b.Length} results, ours are {a.Length}.");
            double error = 0, norm = 0;
            for (int i = 0; i < a.Length; i++)
            {
                error += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
                norm += (double)b[i] * b[i];
            }
            worst = Math.Max(worst, error / norm);
        }
        // NaN too.
        return worst <= MostDifference ? worst : throw new InvalidOperationException($"{what}: the results differ by {worst:g2} of their mean square.");
    }
}
