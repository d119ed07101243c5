using System.Globalization;
using System.Runtime.InteropServices;
using JaccardKernels.Cases;
using JaccardKernels.Engine;

namespace JaccardKernels.Benchmarks;

/// <summary>Measures the roof of every target, then checks and times every operation on it.</summary>
internal static class TableRun
{
    /// <summary>Runs.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="progress">Where to tell what goes on.</param>
    public static BenchReport Run(BenchOptions options, TextWriter progress)
    {
        IReadOnlyList<OperationInstance> instances = options.Select();
        IReadOnlyList<BenchTarget> targets = BenchTarget.From(options);
        List<Roof> roofs = [];
        List<BenchRow> rows = [];
        List<string> failures = [];
        Roof? single = null;
        if (targets.Any(target => target.Device == "host"))
        {
            // What the other threads add to one is worth knowing, also where one alone is not timed.
            single = HostRoof.Measure(1, options.RoofDuration);
            if (targets.All(target => target.Threads != 1)) roofs.Add(single);
        }
        foreach (BenchTarget target in targets)
        {
            using IBackend backend = target.Open();
            progress.WriteLine($"{target}: {backend.Info.Name}, {backend.Info.Detail}");
            Roof before = target.MeasureRoof(backend, options.RoofDuration);
            List<(OperationInstance Instance, TimingResult Timing)> timings = Time(target, backend, instances, options, failures, progress);
            // Twice, for a disturbance not to lower it; and what one thread can do, a team can.
            Roof roof = before.Or(target.MeasureRoof(backend, options.RoofDuration));
            if (target.Threads > 1) roof = roof.Or(single!);
            roofs.Add(roof);
            rows.AddRange(timings.Select(timed => BenchRow.From(timed.Timing, target, roof.Limit(timed.Instance))));
        }
        return new BenchReport(
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), RuntimeInformation.FrameworkDescription, options.Quick,
            roofs, rows, failures);
    }

    private static List<(OperationInstance Instance, TimingResult Timing)> Time(
        BenchTarget target, IBackend backend, IReadOnlyList<OperationInstance> instances, BenchOptions options, List<string> failures,
        TextWriter progress)
    {
        var timer = new CaseTimer(backend) { Duration = options.Duration, WarmUp = options.WarmUp };
        List<(OperationInstance, TimingResult)> timings = [];
        instances = [.. instances.Where(instance => instance.Case.IsOn(backend))];
        foreach ((int index, OperationInstance instance) in instances.Index())
        {
            progress.Write($"[{index + 1}/{instances.Count}] {instance} on {target}: ");
            try
            {
                TimingResult timing = timer.Time(instance);
                timings.Add((instance, timing));
                progress.WriteLine(Quantity.Seconds(timing.Median));
            }
            catch (Exception exception) when (exception is InvalidOperationException or InsufficientMemoryException)
            {
                failures.Add($"{instance} on {target}: {exception.Message}");
                progress.WriteLine("FAILED");
            }
        }
        return timings;
    }
}
