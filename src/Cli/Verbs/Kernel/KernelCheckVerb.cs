using System.CommandLine;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What <c>jk kernel check</c> reports.</summary>
/// <param name="Device">What was checked.</param>
/// <param name="Failed">Results that did not pass.</param>
/// <param name="Results">All results.</param>
internal sealed record KernelCheckReport(string Device, int Failed, IReadOnlyList<CaseResult> Results);

/// <summary><c>jk kernel check</c>.</summary>
internal sealed class KernelCheckVerb : Verb
{
    private readonly Argument<string?> _name = KernelOptions.CreateName(required: false);
    private readonly Option<string?> _problem;
    private readonly DeviceOptions _device;

    public KernelCheckVerb()
        : base(
            "check",
            "Compares operations with the specification, and fails if one differs. " +
            "Compared are accuracy, exactness on integers, memory around the operands, the same bits again and with other " +
            "numbers of threads, and derivatives against central differences.",
            "jk kernel check", "jk kernel check Convolution --device opencl", "jk kernel check Gemm --problem m33n17k65ta1")
    {
        Arguments.Add(_name);
        _problem = Optional<string>("--problem", "P", "One problem instead of the operation's own.");
        _device = new DeviceOptions(this, reference: true);
    }

    public override void Run(VerbContext context)
    {
        (string? name, string? problem) = (context.Get(_name), context.Get(_problem));
        KernelOptions.RequireNameFor(problem, name);
        OperationInstance[] instances =
            [.. KernelOptions.Select(name).SelectMany(operation => (problem is null ? operation.Problems : [problem]).Select(operation.Parse))];
        using IBackend backend = _device.Open(context);
        IBackend[] peers = backend is HostBackend ? [new HostBackend(1), new HostBackend(3)] : [];
        try
        {
            List<CaseResult> results = [];
            foreach (OperationInstance instance in instances)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                context.Progress.Report(() => $"{instance} ({results.Count} of {instances.Length})");
                results.Add(CaseRunner.Check(instance, backend, peers));
                if (instance.Case.HasGradient) results.Add(CaseRunner.CheckGradients(instance));
            }
            Report(context, new KernelCheckReport(backend.Info.Kind, results.Count(result => !result.Passed), results));
        }
        finally
        {
            foreach (IBackend peer in peers) peer.Dispose();
        }
    }

    private static void Report(VerbContext context, KernelCheckReport report)
    {
        context.Report(report, JkJson.Default.KernelCheckReport, console => Write(console, report));
        if (report.Failed > 0) throw new VerbFailedException($"{report.Failed} of {report.Results.Count} checks on {report.Device} did not pass.");
    }

    private static void Write(IAnsiConsole console, KernelCheckReport report)
    {
        Table table = Tables.Create("operation", ">problems", "result", "nearest to its limit");
        foreach (IGrouping<(string Operation, bool OfDerivatives), CaseResult> group in report.Results.GroupBy(
            result => (result.Operation, result.Checks.Any(check => check.Kind == CheckKind.Gradients))))
        {
            string name = group.Key.OfDerivatives ? $"{group.Key.Operation}, derivatives" : group.Key.Operation;
            OutputMargin? nearest = group.SelectMany(result => result.Checks).SelectMany(check => check.Margins)
                .Where(margin => margin.Limit > 0).MaxBy(margin => margin.Error / margin.Limit);
            table.Row(name, $"{group.Count()}", group.All(result => result.Passed) ? "ok" : "FAILED", nearest?.ToString() ?? "equal");
        }
        console.Write(table);
        foreach (CaseResult result in report.Results.Where(result => !result.Passed)) console.WriteLine($"{result}");
    }
}
