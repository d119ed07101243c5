using System.CommandLine;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>An operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">Its formula.</param>
/// <param name="HasGradient">Its derivative is checked too.</param>
/// <param name="Checks">Problems it is checked on.</param>
/// <param name="Benchmarks">Problems it is timed on.</param>
internal sealed record KernelLine(string Name, string Summary, bool HasGradient, IReadOnlyList<string> Checks, IReadOnlyList<string> Benchmarks);

/// <summary>What <c>jk kernel list</c> reports.</summary>
/// <param name="Operations">All there are.</param>
internal sealed record KernelListReport(IReadOnlyList<KernelLine> Operations);

/// <summary>A variant.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Idea">The idea it adds.</param>
/// <param name="Math">What it multiplies in.</param>
/// <param name="Tiles">The tiles it can be cut into, the first one the default.</param>
internal sealed record VariantLine(int Number, string Name, string Idea, string Math, IReadOnlyList<string> Tiles);

/// <summary>What <c>jk kernel list NAME</c> reports.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Summary">Its formula.</param>
/// <param name="Device">The kind of the device.</param>
/// <param name="DeviceName">Its name.</param>
/// <param name="Variants">The ladder; empty where the device has one way only.</param>
internal sealed record LadderReport(string Operation, string Summary, string Device, string DeviceName, IReadOnlyList<VariantLine> Variants);

/// <summary><c>jk kernel list</c>.</summary>
internal sealed class KernelListVerb : Verb
{
    private readonly Argument<string?> _name = KernelOptions.CreateName(required: false);
    private readonly DeviceOptions _device;

    public KernelListVerb()
        : base(
            "list",
            "Lists every operation and its formula; of one operation, the variants that a device has of it. " +
            "With --json also the problems each is checked and timed on.",
            "jk kernel list", "jk kernel list Gemm --device cuda")
    {
        Arguments.Add(_name);
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        if (context.Get(_name) is { } name) ListVariants(context, CaseCatalog.Find(name));
        else ListOperations(context);
    }

    private void ListVariants(VerbContext context, OperationCase operation)
    {
        using IBackend backend = _device.Open(context);
        IReadOnlyList<KernelVariant> variants = operation.LadderOn(backend)?.Variants ?? [];
        var report = new LadderReport(
            operation.Name, operation.Summary, backend.Info.Kind, backend.Info.Name,
            [.. variants.Select(v => new VariantLine(v.Number, v.Name, v.Idea, ProductMaths.NameOf(v.Math), v.Tiles))]);
        context.Report(report, JkJson.Default.LadderReport, console => LadderTable.Write(console, report));
    }

    private static void ListOperations(VerbContext context)
    {
        var report = new KernelListReport(
            [.. CaseCatalog.All.Select(c => new KernelLine(c.Name, c.Summary, c.HasGradient, c.Problems, c.BenchmarkProblems))]);
        context.Report(report, JkJson.Default.KernelListReport, console =>
        {
            Table table = Tables.Create("operation", "what it computes", ">problems", "the first one timed");
            foreach (KernelLine line in report.Operations) table.Row(line.Name, line.Summary, $"{line.Checks.Count}", line.Benchmarks.Count > 0 ? line.Benchmarks[0] : "-");
            console.Write(table);
        });
    }
}
