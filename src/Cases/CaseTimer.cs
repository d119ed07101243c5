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
        string verified = Verify(instance);
        using var packed = new PackedOperands(backend, instance.Operands);
        packed.Write(instance.Fill(seed: 1, FillMode.Random));
        packed.Upload();
        double single = Settle(instance, packed.Device);
        // A sample is long enough (2 ms) for the clock and for a device's queue.
        int repeats = (int)Math.Clamp(Math.Ceiling(2e-3 / single), 1, 100_000);
        List<double> samples = [];
        long start = Stopwatch.GetTimestamp();
        while (samples.Count < LeastSamples || (samples.Count < MostSamples && Stopwatch.GetElapsedTime(start) < Duration))
            samples.Add(Sample(instance, packed.Device, repeats));
        return TimingResult.From(instance, backend.Info, samples, repeats, verified);
    }

    private double Settle(OperationInstance instance, DeviceOperands operands)
    {
        _ = Sample(instance, operands, 1);
        long start = Stopwatch.GetTimestamp();
        double best = double.MaxValue;
        do best = Math.Min(best, Sample(instance, operands, 1));
        while (Stopwatch.GetElapsedTime(start) < WarmUp);
        return best;
    }

    private double Sample(OperationInstance instance, DeviceOperands operands, int repeats)
    {
        backend.Synchronize();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) instance.Run(backend, operands);
        backend.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }

    private string Verify(OperationInstance instance)
    {
        bool itself = instance.Problem.Flops <= ChecksItselfUpTo;
        IReadOnlyList<string> problems = itself ? [$"{instance.Problem}"] : instance.Case.Problems;
        foreach (string problem in problems)
        {
            string key = $"{instance.Case.Name} {problem}";
            if (!_checked.TryGetValue(key, out CaseResult? result))
                _checked[key] = result = CaseRunner.CheckAccuracy(itself ? instance : instance.Case.Parse(problem), backend);
            if (!result.Passed) throw new InvalidOperationException($"not timed, because it is wrong: {result}");
        }
        return itself ? "this problem" : $"{problems.Count} smaller problems";
    }
}
