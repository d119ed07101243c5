using System.Diagnostics;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>
/// Times operations on one backend, after having checked them: on the problem itself where the reference takes a moment, else on the problems
/// of the case and, where there is a ladder, on the problem itself against another variant. The device's clock is taken where it has one.
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
    private readonly CrossCheck _crossCheck = new(backend);
    private readonly IDeviceTimer? _clock = backend is IDeviceTimer { HasDeviceClock: true } timer ? timer : null;

    /// <summary>How long to measure one problem, at least.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to run before that, for clocks and caches to settle.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Overwrite twice the device's last cache before every sample, which then is a single run, so that operands come from memory. Else they stay
    /// where they are, and a problem that fits a cache is timed in it.
    /// </summary>
    public bool Cold { get; init; }

    /// <summary>Checks and times one instance.</summary>
    /// <exception cref="InvalidOperationException">The backend's result is wrong: a wrong kernel is never timed.</exception>
    public TimingResult Time(OperationInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        Verification verified = Verify(instance);
        using var loaded = new LoadedInstance(instance, backend);
        return Time(instance, loaded, verified);
    }

    /// <summary>The same where the operands are in place already: variants are timed on the same ones.</summary>
    /// <exception cref="InvalidOperationException">The backend's result is wrong.</exception>
    internal TimingResult Time(OperationInstance instance, LoadedInstance loaded)
    {
        Verification verified = Verify(instance);
        loaded.Restore();
        return Time(instance, loaded, verified);
    }

    private TimingResult Time(OperationInstance instance, LoadedInstance loaded, Verification verified)
    {
        if (!ChecksItself(instance) && _crossCheck.Run(instance, loaded) is { } crossed) verified = verified.And(crossed);
        double single = Settle(loaded);
        // A warm sample is long enough (2 ms) for the clock and for a device's queue.
        int repeats = (int)Math.Clamp(Math.Ceiling(2e-3 / single), 1, 100_000);
        TimeSpan each = Cold ? Duration / 2 : Duration;
        Samples warm = Take(each, () => Sample(loaded, repeats), repeats);
        if (!Cold) return TimingResult.From(instance, backend, warm, verified, _clock is not null);
        using var flush = new CacheFlush(backend);
        flush.Queue();
        Samples cold = Take(each, () => ColdSample(loaded, flush), 1);
        return TimingResult.From(instance, backend, cold, verified, _clock is not null) with { Caches = "cold", WarmMedian = warm.Median };
    }

    /// <summary>Checks one instance, or its case on smaller problems where the reference would take too long.</summary>
    /// <exception cref="InvalidOperationException">The backend's result is wrong.</exception>
    public Verification Verify(OperationInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        bool itself = ChecksItself(instance);
        KernelLadder? ladder = instance.Case.LadderOn(backend);
        OperationInstance[] checkedOn =
            itself ? [instance] : [.. instance.Case.Problems.Select(instance.Case.Parse).Where(small => Computes(ladder, small))];
        double error = 0, tolerance = 0;
        foreach (OperationInstance problem in checkedOn)
        {
            string key = $"{problem} {ladder?.Forced} {backend.ProductMath}";
            if (!_checked.TryGetValue(key, out CaseResult? result)) _checked[key] = result = CaseRunner.CheckAccuracy(problem, backend);
            if (!result.Passed) throw new InvalidOperationException($"not timed, because it is wrong: {result}");
            foreach (OutputMargin margin in result.Checks.SelectMany(check => check.Margins))
                (error, tolerance) = (Math.Max(error, margin.Error), Math.Max(tolerance, margin.Limit));
        }
        return new Verification(itself ? "this problem" : $"{checkedOn.Length} smaller problems", error, tolerance);
    }

    private static bool ChecksItself(OperationInstance instance) => instance.Flops <= ChecksItselfUpTo;

    // A forced variant need not be able to compute all of a case's problems.
    private static bool Computes(KernelLadder? ladder, OperationInstance instance) =>
        ladder?.Forced is not { } forced || ladder.WhyNot(forced.Variant, instance.LadderProblem) is null;

    private static Samples Take(TimeSpan duration, Func<double> sample, int repeats)
    {
        List<double> samples = [];
        long start = Stopwatch.GetTimestamp();
        while (samples.Count < Wanted(Stopwatch.GetElapsedTime(start))) samples.Add(sample());
        return new Samples(samples, repeats);

        int Wanted(TimeSpan elapsed) => elapsed < duration ? MostSamples : elapsed < Patience * duration ? LeastSamples : 1;
    }

    private double Settle(LoadedInstance loaded)
    {
        // The first run may compile; it alone is no measure, but enough of a warm-up for what takes long.
        long start = Stopwatch.GetTimestamp();
        double best = Sample(loaded, 1);
        while (Stopwatch.GetElapsedTime(start) < WarmUp) best = Math.Min(best, Sample(loaded, 1));
        return best;
    }

    private double Sample(LoadedInstance loaded, int repeats)
    {
        if (_clock is not null)
        {
            return _clock.Time(() => { }, () =>
            {
                for (int i = 0; i < repeats; i++) loaded.Queue();
            }) / repeats;
        }
        long start = Stopwatch.GetTimestamp();
        loaded.Run(repeats);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }

    private double ColdSample(LoadedInstance loaded, CacheFlush flush)
    {
        if (_clock is not null) return _clock.Time(flush.Queue, loaded.Queue);
        flush.Queue();
        backend.Synchronize();
        return Sample(loaded, 1);
    }
}
