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
    private readonly DeviceOptions _device;

    public KernelTimeVerb()
        : base(
            "time",
            "Times operations after checking them; a wrong one is not timed. " +
            "Operands stay where they are, so what fits a cache is timed in it.",
            "jk kernel time Convolution --problem mb8ic64ih56oc64kh3ph1", "jk kernel time HammingTopK --device cuda")
    {
        Arguments.Add(_name);
        _problem = Optional<string>("--problem", "P", "One problem instead of the operation's own.");
        _seconds = Default("--seconds", "S", 0.5, "How long to measure each problem.");
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        (string? name, string? problem) = (context.Get(_name), context.Get(_problem));
        KernelOptions.RequireNameFor(problem, name);
        double seconds = context.Get(_seconds);
        if (!(seconds is > 0 and <= 3600)) throw new ArgumentException($"--seconds is {seconds}; the range is above 0 up to 3600.");
        OperationInstance[] instances =
            [.. KernelOptions.Select(name).SelectMany(operation => (problem is null ? operation.BenchmarkProblems : [problem]).Select(operation.Parse))];
        using IBackend backend = _device.Open(context);
        var timer = new CaseTimer(backend) { Duration = TimeSpan.FromSeconds(seconds) };
        List<TimingResult> results = [];
        foreach (OperationInstance instance in instances)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Progress.Report(() => $"{instance} ({results.Count} of {instances.Length})");
            results.Add(Time(timer, instance));
        }
        context.Report(results, JkJson.Default.IReadOnlyListTimingResult, console => Write(console, backend.Info, results));
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
        console.WriteFacts(("device", $"{device.Kind}: {device.Name}, {device.Detail}"));
        Table table = Tables.Create("operation", "problem", ">median", ">fastest", ">spread", ">GFLOP/s", ">GB/s", "checked on");
        foreach (TimingResult result in results)
        {
            table.Row(
                result.Operation, result.Problem, Units.Seconds(result.Median), Units.Seconds(result.Fastest), $"{result.Spread:P0}",
                Units.Rate(result.GigaflopsPerSecond), Units.Rate(result.GigabytesPerSecond), result.Verified);
        }
        console.Write(table);
    }
}
