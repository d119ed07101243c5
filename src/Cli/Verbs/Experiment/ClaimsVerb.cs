using System.CommandLine;
using System.Text.Json;
using JaccardKernels.Cli.Experiment;
using JaccardKernels.Cli.Report;
using JaccardKernels.Engine;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk experiment claims</c>.</summary>
internal sealed class ClaimsVerb : Verb
{
    private const int MostSeeds = 100;

    private readonly Option<string> _data, _out;
    private readonly Option<int> _seeds;
    private readonly Option<bool> _quick;
    private readonly Option<string?> _parts;
    private readonly DeviceOptions _device;

    public ClaimsVerb()
        : base(
            "claims",
            "Tests the claims of Mojoo and Kurita 2021 on real data: losses and similarities against each other, real embeddings against codes of 16 to 128 bits, " +
            "with seeds and deviations. Backbones are pretrained on single objects, or on ImageNet, and frozen; heads learn on their features. Writes " +
            "claims.md, claims.json and index.html with the charts. Takes one to two hours on two cores; stopped, the same command goes on where it was.\n\n" +
            "The data folder holds cifar10_jpg (train*.zip and test*.zip of tiles in a folder per class), deeppcb_1bit, dice_d6, coco256_320 and models, each with " +
            "the files that the project's data sets have; what is not there is left out, and the result says so.",
            "jk experiment claims --data data --seeds 3 --out claims",
            "jk experiment claims --data data --quick --out smoke",
            "jk experiment claims --data data --parts scenes,boards --out claims")
    {
        _data = Required<string>("--data", "DIR", "The folder with the data sets.");
        _out = Required<string>("--out", "DIR", "Where results go, and are kept between two runs.");
        _seeds = Default("--seeds", "N", 3, "Seeds 1 to N, each with a backbone of its own.");
        _quick = Switch("--quick", "A smoke run of about ten minutes: few images, few steps, one seed unless --seeds is given. Its numbers say nothing of the claims.");
        _parts = Optional<string>("--parts", "LIST", $"Only some: {string.Join(',', ClaimsPlan.Parts(quick: false).Select(part => part.Id))}.");
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        bool quick = context.Get(_quick);
        int seeds = quick && !context.IsGiven(_seeds) ? 1 : context.Get(_seeds);
        if (seeds is < 1 or > MostSeeds) throw new ArgumentException($"--seeds is {seeds}; the range is 1 to {MostSeeds}.");
        string data = context.Get(_data), path = context.Get(_out);
        if (!Directory.Exists(data)) throw new DirectoryNotFoundException($"{data}: there is no such folder; --data names the one with the data sets.");
        IReadOnlyList<Part> plan = Chosen(ClaimsPlan.Parts(quick), context.Get(_parts));
        MissingPart[] missing =
        [
            .. from part in plan
               let absent = part.Folders.FirstOrDefault(name => !Directory.Exists(Path.Combine(data, name)))
               where absent is not null
               select new MissingPart(part.Id, $"{Path.Combine(data, absent)} is not there"),
        ];
        plan = [.. plan.Where(part => missing.All(m => m.Part != part.Id))];
        if (plan.Count == 0) throw new InvalidDataException($"{data}: holds none of the data sets; 'jk experiment claims --help' names them.");
        foreach (MissingPart part in missing) context.Note($"{part.Part} is left out: {part.Reason}.");

        var options = new ClaimsOptions(Path.GetFullPath(data), seeds, quick);
        var folder = new ExperimentFolder(path, JsonSerializer.Serialize(ClaimsConfiguration.Of(options.Data, ClaimsPlan.Parts(quick)), ClaimsJson.Default.ClaimsConfiguration));
        using IBackend backend = _device.Open(context);
        ClaimsReport report = Run(context, backend, folder, plan, options, missing);
        string page = Write(folder, report, plan);
        context.Report(report, ClaimsJson.Default.ClaimsReport, console =>
        {
            foreach (ClaimVerdict verdict in report.Claims)
            {
                console.WriteLine($"{(verdict.Holds ? "yes" : "no ")}  {verdict.Claim}, on {verdict.Part}");
                console.WriteLine($"     {verdict.Evidence}");
            }
            console.WriteLine();
            console.WriteFacts(("tables", folder["claims.md"]), ("charts", page));
            if (quick) console.WriteLine("A smoke run: these numbers say nothing of the claims.");
        });
    }

    private ClaimsReport Run(
        VerbContext context, IBackend backend, ExperimentFolder folder, IReadOnlyList<Part> plan, ClaimsOptions options, IReadOnlyList<MissingPart> missing)
    {
        var progress = new ExperimentProgress(context, plan.Sum(part => SeedsOf(part, options) * part.Methods.Count));
        int threads = _device.Threads(context);
        var parts = new PartContext(folder, progress, backend, options.Data, threads > 0 ? threads : Math.Max(1, Environment.ProcessorCount / 2));
        List<PartResult> results = [];
        List<MethodResult> methods = [];
        // Seed by seed: an experiment that is stopped has something of everything.
        for (int seed = 1; seed <= options.Seeds; seed++)
        {
            foreach (Part part in plan.Where(part => seed <= SeedsOf(part, options)))
            {
                using var run = new PartRun(parts, part, seed);
                (PartResult result, IReadOnlyList<MethodResult> found) = run.Run();
                results.Add(result);
                methods.AddRange(found);
            }
        }
        var summary = new ClaimsSummary(results, methods);
        ClaimVerdict[] claims = [.. plan.SelectMany(part => ClaimVerdict.On(part, summary))];
        return new ClaimsReport(options, $"{backend.Info.Name}, {backend.Info.Detail}", results, methods, missing, claims);
    }

    // What nothing is trained for is the same for every seed.
    private static int SeedsOf(Part part, ClaimsOptions options) => part.Methods.All(method => method.Apply is null) ? 1 : options.Seeds;

    private static IReadOnlyList<Part> Chosen(IReadOnlyList<Part> plan, string? list)
    {
        if (list is null) return plan;
        string[] names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names)
        {
            if (plan.All(part => part.Id != name))
                throw new ArgumentException($"--parts names '{name}'; there are {string.Join(", ", plan.Select(part => part.Id))}.");
        }
        return [.. plan.Where(part => names.Contains(part.Id))];
    }

    private static string Write(ExperimentFolder folder, ClaimsReport report, IReadOnlyList<Part> plan)
    {
        string markdown = ClaimsMarkdown.Write(report, plan);
        AtomicFile.WriteAllText(folder["claims.md"], markdown);
        AtomicFile.WriteAllText(folder["claims.json"], JsonSerializer.Serialize(report, ClaimsJson.Default.ClaimsReport));
        var summary = new ClaimsSummary(report.Parts, report.Methods);
        string page = folder["index.html"];
        AtomicFile.WriteAllText(page, HtmlPage.Write(new ReportDocument
        {
            Title = "What holds of the paper's claims",
            Summary = report.Options.Quick
                ? "A smoke run: its numbers say nothing of the claims."
                : $"{report.Claims.Count(c => c.Holds)} of {report.Claims.Count} verdicts are that the claim holds; claims.md has the tables.",
            Facts =
            [
                .. report.Claims.Select(c => new ReportFact($"{c.Claim}, on {c.Part}: {(c.Holds ? "yes" : "no")}", c.Evidence)),
                new ReportFact("machine", report.Machine),
            ],
            Charts = [.. plan.SelectMany(part => ClaimsCharts.Of(part, summary))],
        }));
        return page;
    }
}
