using System.CommandLine;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk kernel time</c>.</summary>
internal sealed class KernelTimeVerb : Verb
{
    private readonly Argument<string?> _name = KernelOptions.CreateName(required: false);
    private readonly Option<string?> _problem;
    private readonly Option<double> _seconds;
    private readonly VariantOption _variant;
    private readonly DeviceOptions _device;

    public KernelTimeVerb()
        : base(
            "time",
            "Times operations after checking them; a wrong one is not timed. " +
            "Operands stay where they are, so what fits a cache is timed in it. " +
            "--variant all shows the whole ladder of an operation on a device, beginning with the plain variant.",
            "jk kernel time ConvolutionForward --problem mb8ic64ih56oc64kh3ph1", "jk kernel time HammingTopK --device cuda",
            "jk kernel time Gemm --variant all --math tf32 --device cuda")
    {
        Arguments.Add(_name);
        _problem = Optional<string>("--problem", "P", "One problem instead of the operation's own.");
        _seconds = Default("--seconds", "S", 0.5, "How long to measure each problem.");
        _variant = new VariantOption(this);
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        (string? name, string? problem) = (context.Get(_name), context.Get(_problem));
        KernelOptions.RequireNameFor(problem, name);
        _variant.RequireName(context, name);
        double seconds = context.Get(_seconds);
        if (!(seconds is > 0 and <= 3600)) throw new ArgumentException($"--seconds is {seconds}; the range is above 0 up to 3600.");
        OperationInstance[] instances =
            [.. KernelOptions.Select(name).SelectMany(operation => (problem is null ? operation.BenchmarkProblems : [problem]).Select(operation.Parse))];
        using IBackend backend = _device.Open(context);
        // Of all operations, those that it has; of one asked for, an answer.
        if (name is null) instances = [.. instances.Where(instance => instance.Case.IsOn(backend))];
        var timer = new CaseTimer(backend) { Duration = TimeSpan.FromSeconds(seconds) };
        if (_variant.IsGiven(context))
        {
            TimeVariants(context, timer, backend, instances);
            return;
        }
        List<TimingResult> results = [];
        foreach (OperationInstance instance in instances)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Progress.Report(() => $"{instance} ({results.Count} of {instances.Length})");
            results.Add(Time(timer, instance));
        }
        context.Report(results, JkJson.Default.IReadOnlyListTimingResult, console => Write(console, backend.Info, results));
    }

    private void TimeVariants(VerbContext context, CaseTimer timer, IBackend backend, OperationInstance[] instances)
    {
        var ladders = new LadderTimer(timer, backend);
        List<LadderTiming> rows = [];
        foreach (OperationInstance instance in instances)
        {
            rows.AddRange(ladders.Time(instance, _variant.Choices(context, instance.Case, backend), choice =>
            {
                context.Cancellation.ThrowIfCancellationRequested();
                context.Progress.Report(() => $"{instance}, variant {choice}");
            }));
        }
        context.Report(rows, JkJson.Default.IReadOnlyListLadderTiming, console => LadderTable.Write(console, backend, rows));
        if (rows.Find(row => row.Fault is not null) is { Fault: { } fault }) throw new VerbFailedException(fault);
    }

    private static TimingResult Time(CaseTimer timer, OperationInstance instance)
    {
        try
        {
            return timer.Time(instance);
        }
        catch (InvalidOperationException exception)
        {
            throw new VerbFailedException(exception.Message, exception);
        }
    }

    private static void Write(IAnsiConsole console, BackendInfo device, List<TimingResult> results)
    {
        console.WriteFacts(
            ("device", $"{device.Kind}: {device.Name}, {device.Detail}"),
            ("clock", results.Count > 0 ? $"{results[0].Clock}, {results[0].Caches} caches" : "-"));
        Table table = Tables.Create("operation", "problem", ">median", ">fastest", ">spread", ">GFLOP/s", ">GB/s", "variant", "checked on");
        foreach (TimingResult result in results)
        {
            table.Row(
                result.Operation, result.Problem, Units.Seconds(result.Median), Units.Seconds(result.Fastest), $"{result.Spread:P0}",
                Units.Rate(result.GigaflopsPerSecond), Units.Rate(result.GigabytesPerSecond),
                result.Variant is null ? "" : $"{result.Variant} {result.VariantName} {result.Tile}".TrimEnd(), result.Verified);
        }
        console.Write(table);
    }
}
