using JaccardKernels.Cases;
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

/// <summary><c>jk kernel list</c>.</summary>
internal sealed class KernelListVerb : Verb
{
    public KernelListVerb()
        : base("list", "Lists every operation and its formula. With --json also the problems each is checked and timed on.", "jk kernel list")
    {
    }

    public override void Run(VerbContext context)
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
