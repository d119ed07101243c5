using JaccardKernels.Cases;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Benchmarks;

/// <summary>
/// All of one GPU: every operation and every variant is checked first; then come the roof, the ladders, the operations, the search in a large
/// database, and the same work in PyTorch.
/// </summary>
internal sealed class GpuRun(GpuBackend backend, BenchTarget target, BenchOptions options, TextWriter progress)
{
    // A third of the memory is left to scratch memory and results.
    private const double ShareOfMemory = 0.66;
    private const int LargeCount = 100_000_000, SmallCount = 1_000_000;

    private readonly List<string> _failures = [];
    private readonly CaseTimer _timer = new(backend) { Duration = options.Duration, WarmUp = options.WarmUp, Cold = true };

    /// <summary>Opens the device and runs.</summary>
    public static GpuReport Run(BenchTarget target, BenchOptions options, TextWriter progress)
    {
        using var backend = (GpuBackend)target.Open();
        backend.ProductMath = options.Math;
        progress.WriteLine($"{target}: {backend.Info.Name}, {backend.Info.Detail}");
        return new GpuRun(backend, target, options, progress).Run();
    }

    /// <summary>Runs.</summary>
    internal GpuReport Run()
    {
        bool isGpu = GpuProblems.IsGpu(backend);
        OperationInstance[] instances = [.. options.Select(isGpu ? GpuProblems.MoreOf : null).Where(instance => instance.Case.IsOn(backend))];
        IReadOnlyList<CheckCount> checks = GpuChecks.Run(backend, [.. instances.Select(instance => instance.Case).Distinct()], _failures, progress);
        Roof before = target.MeasureRoof(backend, options.RoofDuration);
        string stateBefore = GpuFacts.State(backend.Info.Kind);
        List<LadderTiming> ladders = TimeLadders(instances);
        List<LadderTiming> chosen = TimeChosen(instances);
        List<(TimingResult Timing, Func<Roof, RoofLimit> Limit)> timings = TimeOperations(instances);
        if (instances.Any(instance => instance.Case.Name == "HammingTopK")) TimeLargeSearch(isGpu, timings);
        (string peerFacts, List<PeerRow> peers) = AskPeer(timings);
        // Twice, for a disturbance not to lower it.
        Roof roof = before.Or(target.MeasureRoof(backend, options.RoofDuration));
        List<BenchRow> rows = [.. timings.Select(timed => BenchRow.From(timed.Timing, target, timed.Limit(roof)))];
        return new GpuReport(
            GpuFacts.Of(backend, options, CacheFlush.BytesOn(backend)), options.Quick, stateBefore, GpuFacts.State(backend.Info.Kind), checks, roof,
            ladders, chosen, rows, peerFacts, peers, GpuTargets.From(roof, rows, peers), _failures);
    }

    // On the first problem of each operation, and on the one the targets name: all tiles at all problems would take an hour.
    private List<LadderTiming> TimeLadders(OperationInstance[] instances)
    {
        var timer = new LadderTimer(_timer, backend);
        List<LadderTiming> rows = [];
        foreach (IGrouping<OperationCase, OperationInstance> operation in instances.GroupBy(instance => instance.Case))
        {
            if (operation.Key.ComputedBy is not null || operation.Key.LadderOn(backend) is not { } ladder) continue;
            IEnumerable<OperationInstance> judged = operation.Where(other => $"{other.Problem}" == GpuProblems.LargeProduct);
            foreach (OperationInstance instance in operation.Take(1).Concat(judged).Distinct())
            {
                IReadOnlyList<LadderTiming> timed = timer.Time(
                    instance, LadderTimer.Choices(ladder), choice => progress.WriteLine($"ladder {instance}, variant {choice}"));
                _failures.AddRange(
                    timed.Where(row => row.Fault is not null).Select(row => $"{instance}, variant {row.Variant} {row.Tile}: {row.Fault}"));
                rows.AddRange(timed);
            }
        }
        return rows;
    }

    // At every problem, so that no rule can choose worse than the specification unseen.
    private List<LadderTiming> TimeChosen(OperationInstance[] instances)
    {
        var timer = new LadderTimer(_timer, backend);
        List<LadderTiming> rows = [];
        foreach (OperationInstance instance in instances.Where(other => other.Case.ComputedBy is null && other.Case.LadderOn(backend) is not null))
        {
            progress.WriteLine($"chosen and plain variant of {instance}");
            rows.Add(timer.TimeChosen(instance));
        }
        _failures.AddRange(rows.Where(row => row.Fault is not null).Select(row => $"{row.Operation} {row.Problem}, as chosen: {row.Fault}"));
        return rows;
    }

    private List<(TimingResult Timing, Func<Roof, RoofLimit> Limit)> TimeOperations(OperationInstance[] instances)
    {
        List<(TimingResult, Func<Roof, RoofLimit>)> timings = [];
        foreach ((int index, OperationInstance instance) in instances.Index())
        {
            progress.Write($"[{index + 1}/{instances.Length}] {instance} on {target}: ");
            if (TimeOrTell(instance) is { } timing) timings.Add((timing, roof => roof.Limit(instance)));
            // The targets name a product in TF32 whatever the mode of the run.
            if ($"{instance}" != $"Gemm {GpuProblems.LargeProduct}" || options.Math == ProductMath.Tf32) continue;
            backend.ProductMath = ProductMath.Tf32;
            if (TimeOrTell(instance) is { } rounded) timings.Add((rounded, roof => roof.Limit(instance)));
            backend.ProductMath = options.Math;
        }
        return timings;
    }

    private TimingResult? TimeOrTell(OperationInstance instance)
    {
        try
        {
            TimingResult timing = _timer.Time(instance);
            progress.WriteLine(Quantity.Seconds(timing.Median));
            return timing;
        }
        catch (Exception exception) when (exception is InvalidOperationException or InsufficientMemoryException)
        {
            _failures.Add($"{instance} on {target}: {exception.Message}");
            progress.WriteLine("FAILED");
            return null;
        }
    }

    private void TimeLargeSearch(bool isGpu, List<(TimingResult Timing, Func<Roof, RoofLimit> Limit)> timings)
    {
        int count = isGpu && !options.Quick && 32L * LargeCount < ShareOfMemory * backend.Info.MemoryBytes ? LargeCount : SmallCount;
        foreach (int queries in (int[])[1, 8])
        {
            var problem = new HammingProblem(queries, count, 256, 100);
            progress.Write($"search of planted codes, {problem}: ");
            try
            {
                using var search = new LargeSearch(backend, problem);
                TimingResult timing = search.Time(options.Duration);
                timings.Add((
                    timing, roof => roof.Limit(problem.Flops, ofBits: true, 8L * problem.LengthDatabase, 8L * problem.LengthResult, problem.Bytes)));
                progress.WriteLine(Quantity.Seconds(timing.Median));
            }
            catch (Exception exception) when (exception is InvalidOperationException or InsufficientMemoryException)
            {
                _failures.Add($"HammingTopK {problem} on {target}: {exception.Message}");
                progress.WriteLine("FAILED");
            }
        }
    }

    private (string Facts, List<PeerRow> Rows) AskPeer(List<(TimingResult Timing, Func<Roof, RoofLimit> Limit)> timings)
    {
        using var peer = new TorchPeer(backend.Info.Kind, TorchPeer.Script);
        progress.WriteLine(peer.Missing is null ? $"peer: {peer.Facts}" : $"no peer: {peer.Missing}");
        List<PeerRow> rows = [];
        foreach (TimingResult timing in timings.Select(timed => timed.Timing))
        {
            PeerAnswer answer = peer.Ask(
                new PeerRequest(timing.Operation, timing.Problem, CacheFlush.BytesOn(backend), options.Duration.TotalSeconds));
            // What rounds to bf16 here is compared with TF32 there, the fastest fp32 interface that PyTorch has; work without products has one time.
            bool rounded = ProductMaths.Tolerance(ProductMaths.Parse(timing.Math)) > 0;
            double? theirs = rounded ? answer.Tf32 ?? answer.Fp32 : answer.Fp32;
            rows.Add(new PeerRow(timing.Operation, timing.Problem, timing.Math, timing.Median, theirs, answer.Missing));
        }
        return (peer.Missing is null ? peer.Facts : $"none: {peer.Missing}", rows);
    }
}
