using System.Diagnostics;
using JaccardKernels.Engine;

namespace JaccardKernels.Cases;

/// <summary>
/// Times operations on one backend, after having checked them: on the problem itself where the reference takes a moment, else on the problems
/// of the case. Operands stay where they are, so a problem that fits a cache is timed in it.
/// </summary>
/// <param name="backend">Where to run.</param>
public sealed class CaseTimer(IBackend backend)
{
    // The reference does about 10^9 operations a second.
    private const long ChecksItselfUpTo = 500_000_000;
    private const int LeastSamples = 5;
    private const int MostSamples = 1000;

    // Durations after which no least number of samples is waited for.
    private const int Patience = 10;

    private readonly Dictionary<string, CaseResult> _checked = [];

    /// <summary>How long to measure one problem, at least.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to run before that, for clocks and caches to settle.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Checks and times one instance.</summary>
    /// <exception cref="InvalidOperationException">The backend's result is wrong: a wrong kernel is never timed.</exception>
    public TimingResult Time(OperationInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        Verification verified = Verify(instance);
        using var loaded = new LoadedInstance(instance, backend);
        double single = Settle(loaded);
        // A sample is long enough (2 ms) for the clock and for a device's queue.
        int repeats = (int)Math.Clamp(Math.Ceiling(2e-3 / single), 1, 100_000);
        List<double> samples = [];
        long start = Stopwatch.GetTimestamp();
        while (samples.Count < Wanted(Stopwatch.GetElapsedTime(start))) samples.Add(Sample(loaded, repeats));
        return TimingResult.From(instance, backend.Info, samples, repeats, verified);
    }

    /// <summary>Checks one instance, or its case on smaller problems where the reference would take too long.</summary>
    /// <exception cref="InvalidOperationException">The backend's result is wrong.</exception>
    public Verification Verify(OperationInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        bool itself = instance.Flops <= ChecksItselfUpTo;
        IReadOnlyList<string> problems = itself ? [$"{instance.Problem}"] : instance.Case.Problems;
        double error = 0, tolerance = 0;
        foreach (string problem in problems)
        {
            string key = $"{instance.Case.Name} {problem}";
            if (!_checked.TryGetValue(key, out CaseResult? result))
                _checked[key] = result = CaseRunner.CheckAccuracy(itself ? instance : instance.Case.Parse(problem), backend);
            if (!result.Passed) throw new InvalidOperationException($"not timed, because it is wrong: {result}");
            foreach (OutputMargin margin in result.Checks.SelectMany(check => check.Margins))
                (error, tolerance) = (Math.Max(error, margin.Error), Math.Max(tolerance, margin.Limit));
        }
        return new Verification(itself ? "this problem" : $"{problems.Count} smaller problems", error, tolerance);
    }

    private int Wanted(TimeSpan elapsed) => elapsed < Duration ? MostSamples : elapsed < Patience * Duration ? LeastSamples : 1;

    private double Settle(LoadedInstance loaded)
    {
        // The first run may compile; it alone is no measure, but enough of a warm-up for what takes long.
        long start = Stopwatch.GetTimestamp();
        double best = Sample(loaded, 1);
        while (Stopwatch.GetElapsedTime(start) < WarmUp) best = Math.Min(best, Sample(loaded, 1));
        return best;
    }

    private static double Sample(LoadedInstance loaded, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        loaded.Run(repeats);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }
}
