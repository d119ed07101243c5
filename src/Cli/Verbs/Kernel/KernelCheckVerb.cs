using System.CommandLine;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;
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
    private readonly VariantOption _variant;
    private readonly DeviceOptions _device;

    public KernelCheckVerb()
        : base(
            "check",
            "Compares operations with the specification, and fails if one differs. " +
            "Compared are accuracy, exactness on integers, memory around the operands, the same bits again and with other " +
            "numbers of threads, and derivatives against central differences.",
            "jk kernel check", "jk kernel check ConvolutionForward --device opencl", "jk kernel check Gemm --problem m33n17k65ta1",
            "jk kernel check Gemm --variant all --device cuda")
    {
        Arguments.Add(_name);
        _problem = Optional<string>("--problem", "P", "One problem instead of the operation's own.");
        _variant = new VariantOption(this);
        _device = new DeviceOptions(this, reference: true);
    }

    public override void Run(VerbContext context)
    {
        (string? name, string? problem) = (context.Get(_name), context.Get(_problem));
        KernelOptions.RequireNameFor(problem, name);
        _variant.RequireName(context, name);
        OperationInstance[] instances =
            [.. KernelOptions.Select(name).SelectMany(operation => (problem is null ? operation.Problems : [problem]).Select(operation.Parse))];
        using IBackend backend = _device.Open(context);
        // Of all operations, those that it has; of one asked for, an answer.
        if (name is null) instances = [.. instances.Where(instance => instance.Case.IsOn(backend))];
        IBackend[] peers = backend is HostBackend ? [new HostBackend(1), new HostBackend(3)] : [];
        try
        {
            if (_variant.IsGiven(context))
            {
                CheckVariants(context, backend, instances);
                return;
            }
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

    private void CheckVariants(VerbContext context, IBackend backend, OperationInstance[] instances)
    {
        KernelLadder ladder = VariantOption.LadderOf(instances[0].Case, backend);
        List<CaseResult> results = [];
        foreach (KernelChoice choice in _variant.Choices(context, instances[0].Case, backend))
        {
            using var forced = new ForcedChoice(ladder, choice);
            string? whyNot = null;
            int before = results.Count;
            foreach (OperationInstance instance in instances)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                context.Progress.Report(() => $"{instance}, variant {choice}");
                whyNot = ladder.WhyNot(choice.Variant, instance.LadderProblem) ?? whyNot;
                if (ladder.WhyNot(choice.Variant, instance.LadderProblem) is null)
                    results.Add(CaseRunner.Check(instance, backend) with { Variant = $"{ladder.Find(choice.Variant)} {choice.Tile}".TrimEnd() });
            }
            if (results.Count == before)
                context.Note($"variant {ladder.Find(choice.Variant)} computes none of these problems: {whyNot}.");
        }
        if (results.Count == 0) throw new ArgumentException($"no variant asked for computes {instances[0].Case} at these problems.");
        Report(context, new KernelCheckReport(backend.Info.Kind, results.Count(result => !result.Passed), results));
    }

    private static void Report(VerbContext context, KernelCheckReport report)
    {
        context.Report(report, JkJson.Default.KernelCheckReport, console => Write(console, report));
        if (report.Failed > 0) throw new VerbFailedException($"{report.Failed} of {report.Results.Count} checks on {report.Device} did not pass.");
    }

    private static void Write(IAnsiConsole console, KernelCheckReport report)
    {
        Table table = Tables.Create("operation", ">problems", "result", "nearest to its limit");
        foreach (IGrouping<string, CaseResult> group in report.Results.GroupBy(NameOf))
        {
            OutputMargin? nearest = group.SelectMany(result => result.Checks).SelectMany(check => check.Margins)
                .Where(margin => margin.Limit > 0).MaxBy(margin => margin.Error / margin.Limit);
            table.Row(group.Key, $"{group.Count()}", group.All(result => result.Passed) ? "ok" : "FAILED", nearest?.ToString() ?? "equal");
        }
        console.Write(table);
        foreach (CaseResult result in report.Results.Where(result => !result.Passed)) console.WriteLine($"{result}");
    }

    private static string NameOf(CaseResult result) => (result.Variant, result.Checks.Any(check => check.Kind == CheckKind.Gradients)) switch
    {
        ({ } variant, _) => $"{result.Operation}, variant {variant}",
        (null, true) => $"{result.Operation}, derivatives",
        _ => result.Operation,
    };
}
