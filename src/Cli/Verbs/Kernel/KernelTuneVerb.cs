using System.CommandLine;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What <c>jk kernel tune</c> reports.</summary>
/// <param name="Device">What the choices are kept under.</param>
/// <param name="File">Where they are kept.</param>
/// <param name="Fastest">The choices.</param>
/// <param name="Tried">Every variant and tile at every problem.</param>
internal sealed record KernelTuneReport(string Device, string File, IReadOnlyList<FastestVariant> Fastest, IReadOnlyList<LadderTiming> Tried);

/// <summary><c>jk kernel tune</c>.</summary>
internal sealed class KernelTuneVerb : Verb
{
    private readonly Argument<string[]> _names = new("operation")
    {
        HelpName = "NAME", Arity = ArgumentArity.ZeroOrMore,
        Description = "Operations, as 'jk kernel list' names them; all with variants if left out.",
    };

    private readonly Option<string[]> _problems = new("--problem")
    {
        HelpName = "P", Description = "Problems instead of the operation's own.", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<double> _seconds;
    private readonly Option<string?> _out;
    private readonly DeviceOptions _device;

    public KernelTuneVerb()
        : base(
            "tune",
            "Times every variant of operations on this device and keeps the fastest, which then computes. " +
            "Each is checked before. The choices go to the file that JK_TUNING names, else to jaccardkernels/tuning.json under XDG_CONFIG_HOME or " +
            "~/.config, where every later run on the device finds them; what the file holds of other devices and problems stays. " +
            "Choices count for one --math alone.",
            "jk kernel tune --device cuda", "jk kernel tune Gemm --problem m4096n4096k4096 --math tf32 --device cuda --out tuning.json")
    {
        Arguments.Add(_names);
        Options.Add(_problems);
        _seconds = Default("--seconds", "S", 0.2, "How long to time each variant with each tile at each problem.");
        _out = Optional<string>("--out", "FILE", "Another file.");
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        (string[] names, string[] problems) = (context.Get(_names) ?? [], context.Get(_problems) ?? []);
        if (problems.Length > 0 && names.Length != 1)
            throw new ArgumentException($"--problem needs the name of one operation; {names.Length} were given.");
        double seconds = context.Get(_seconds);
        if (!(seconds is > 0 and <= 3600)) throw new ArgumentException($"--seconds is {seconds}; the range is above 0 up to 3600.");
        OperationCase[] named = [.. names.Select(CaseCatalog.Find)];
        string file = context.Get(_out) ?? TuningFile.UserPath;
        using IBackend backend = _device.Open(context, tuned: false);
        OperationInstance[] instances = Select(backend, named, problems);
        if (backend is not GpuBackend gpu) throw new ArgumentException($"{backend.Info.Kind} keeps no tuned choices; cuda and opencl do.");
        if (File.Exists(file)) _ = TuningFile.Read(file);
        else if (context.Get(_out) is null) Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var tuner = new KernelTuner(backend, TimeSpan.FromSeconds(seconds));
        foreach (OperationInstance instance in instances)
        {
            tuner.Tune(instance, choice =>
            {
                context.Cancellation.ThrowIfCancellationRequested();
                context.Progress.Report(() => $"{instance}, variant {choice}");
            });
            // After every problem, so that an interrupted run has not been for nothing.
            TuningFile.Merge(file, gpu.TuningKeys[0], [.. tuner.Fastest.Select(Tuned)]);
        }
        var report = new KernelTuneReport(gpu.TuningKeys[0], file, tuner.Fastest, [.. tuner.Tried]);
        context.Report(report, JkJson.Default.KernelTuneReport, console => Write(console, report));
        if (report.Tried.FirstOrDefault(row => row.Fault is not null) is { } wrong) throw new VerbFailedException(wrong.Fault!);
    }

    private static OperationInstance[] Select(IBackend backend, OperationCase[] named, string[] problems)
    {
        foreach (OperationCase operation in named) _ = VariantOption.LadderOf(operation, backend);
        IEnumerable<OperationCase> operations = named.Length > 0 ? named : backend.Ladders.SelectMany(KernelTuner.CasesOf);
        OperationInstance[] instances =
            [.. operations.SelectMany(operation => (problems.Length > 0 ? problems : operation.BenchmarkProblems).Select(operation.Parse))];
        if (instances.Length == 0) throw new ArgumentException($"there is nothing to tune: no operation has variants on {backend.Info.Kind}.");
        return instances;
    }

    private static TunedChoice Tuned(FastestVariant fastest) =>
        new(fastest.Operation, fastest.Math, fastest.Problems, fastest.Variant, fastest.Tile, fastest.Seconds);

    private static void Write(IAnsiConsole console, KernelTuneReport report)
    {
        console.WriteFacts(("device", report.Device), ("file", report.File));
        Table table = Tables.Create("operation", "problems", "math", ">variant", "tile", ">median");
        foreach (FastestVariant fastest in report.Fastest)
            table.Row(fastest.Operation, fastest.Problems, fastest.Math, $"{fastest.Variant}", fastest.Tile ?? "", Units.Seconds(fastest.Seconds));
        console.Write(table);
    }
}
