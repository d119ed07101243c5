using System.Diagnostics;
using JaccardKernels.Benchmarks;
using JaccardKernels.Problems;

namespace JaccardKernels.Peers;

/// <summary>
/// Times everybody in turns: in each round each contender works for a while after a pause in which the threads of the one before go to sleep, so that
/// what disturbs the machine disturbs all of them.
/// </summary>
internal sealed class PeerRun(IReadOnlyList<IContender> peers, TextWriter progress)
{
    // Of work that takes seconds, fewer rounds are enough.
    private const int LeastRounds = 3;
    private const double MostSeconds = 20;

    // Who takes turns with a scan.
    private const string Reading = "reading";

    private readonly OurContender _ours = new();

    /// <summary>How often everybody has a turn.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How long a turn takes, in seconds; a run at least.</summary>
    public double Turn { get; init; } = 0.05;

    /// <summary>Measures some work.</summary>
    /// <exception cref="InvalidOperationException">A peer's results are not ours, or a run of ours has allocated managed memory.</exception>
    public SideBySide Time(PeerWork work, int threads, Roof roof)
    {
        progress.Write($"{work}, {threads} thread{(threads > 1 ? "s" : "")}: ");
        List<(string Name, PreparedWork Work, List<double> Times)> all = [];
        try
        {
            (IReadOnlyList<float[]> expected, double difference) = ([], 0);
            foreach (IContender contender in work.Alone ? [_ours] : (IContender[])[_ours, .. peers])
            {
                if (contender.Prepare(work, threads) is not { } prepared) continue;
                all.Add((contender.Name, prepared, []));
                // What the first run has computed is compared: later steps of training start from other weights.
                prepared.Run();
                if (contender == _ours) expected = prepared.Results();
                else difference = Math.Max(difference, Difference(expected, prepared.Results(), contender.Name, work));
                if (contender == _ours) RequireNoAllocation(prepared);
            }
            if (work.Alone) all.Add((Reading, Reader(work, threads), []));
            TakeTurns(all);
            double ours = Median(all[0].Times);
            double? read = work.Alone ? Median(all[^1].Times) : null;
            PeerRate rate = PeerRate.Of(work, ours, roof, read);
            var row = new SideBySide(
                work.Name, work.Operation, work.Problem, work.Group, threads, ours, rate,
                all.Skip(1).Where(other => other.Name != Reading).ToDictionary(other => other.Name, other => Median(other.Times)),
                difference);
            progress.WriteLine($"{Quantity.Seconds(ours)}, peers {string.Join(", ", row.Peers.Values.Select(Quantity.Seconds))}");
            return row;
        }
        finally
        {
            foreach ((_, PreparedWork prepared, _) in all) prepared.Dispose();
        }
    }

    private static PreparedWork Reader(PeerWork work, int threads)
    {
        var reader = new MemoryReader(threads, HammingProblem.Parse(work.Problem).Bytes);
        return new(reader.Run, () => [], reader);
    }

    private void TakeTurns(IReadOnlyList<(string Name, PreparedWork Work, List<double> Times)> all)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int round = 0; round < Rounds && (round < LeastRounds || Stopwatch.GetElapsedTime(begin).TotalSeconds < MostSeconds); round++)
        {
            foreach ((_, PreparedWork prepared, List<double> times) in all)
            {
                Thread.Sleep(20);
                // Not counted: caches hold what the one before has left. Of runs longer than a turn, that is the least part.
                if (times.Count == 0 || times[^1] < Turn) prepared.Run();
                long start = Stopwatch.GetTimestamp();
                do times.Add(prepared.Run());
                while (Stopwatch.GetElapsedTime(start).TotalSeconds < Turn);
            }
        }
    }

    // On any thread. The first run of an operation may: it makes what later runs use again.
    private static void RequireNoAllocation(PreparedWork ours)
    {
        // What earlier work has left to finalizers, on a thread of their own.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        ours.Run();
        long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        if (bytes != 0) throw new InvalidOperationException($"a run of ours allocated {bytes} bytes of managed memory.");
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }

    private static double Difference(IReadOnlyList<float[]> ours, IReadOnlyList<float[]> theirs, string name, PeerWork work)
    {
        double worst = 0;
        for (int result = 0; result < ours.Count; result++)
        {
            (float[] a, float[] b) = (ours[result], theirs[result]);
            if (a.Length != b.Length) throw new InvalidOperationException($"{name} has {b.Length} numbers, ours are {a.Length}.");
            double error = 0, norm = 0, tolerance = result > 0 ? work.GradientTolerance ?? work.Tolerance : work.Tolerance;
            for (int i = 0; i < a.Length; i++)
            {
                error += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
                norm += (double)b[i] * b[i];
            }
            // NaN is none of them.
            if (!(error / norm <= tolerance)) throw new InvalidOperationException($"result {result} of {name} differs from ours by {error / norm:g2} of its mean square.");
            worst = Math.Max(worst, error / norm);
        }
        return worst;
    }
}
