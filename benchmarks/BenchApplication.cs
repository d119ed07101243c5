using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.Json;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Benchmarks;

/// <summary>The command line of the benchmarks: from arguments to an exit code, 0 done, 1 failed, 2 not possible as asked.</summary>
internal static class BenchApplication
{
    private static readonly Option<bool> s_quick = new("--quick") { Description = "Few problems, short samples: under three minutes on two cores." };
    private static readonly Option<string[]> s_device = new("--device")
    {
        HelpName = "host|cuda|opencl", AllowMultipleArgumentsPerToken = true,
        Description = "Where to run; cuda:1 is the second one of its kind. Default: the host and every usable GPU.",
    };

    private static readonly Option<int[]> s_threads = new("--threads")
    {
        HelpName = "N", AllowMultipleArgumentsPerToken = true,
        Description = "Threads of the host, one or more numbers. Default: one for each processor.",
    };

    private static readonly Option<string[]> s_filter = new("--filter")
    {
        HelpName = "TEXT", AllowMultipleArgumentsPerToken = true,
        Description = "Only what contains TEXT in 'operation problem', such as Gemm or 'HammingTopK q1n'.",
    };

    private static readonly Option<bool> s_list = new("--list") { Description = "Name the selected benchmarks and stop." };
    private static readonly Option<bool> s_json = new("--json") { Description = "Print JSON in place of the table." };
    private static readonly Option<string?> s_out = new("--out")
    {
        HelpName = "DIR", Description = "Folder of the result files. Default: benchmarks/results.",
    };

    private static readonly Option<bool> s_updateReadme = new("--update-readme")
    {
        Description = "Put the table into README.md, between its markers.",
    };

    private static readonly Option<string> s_math = new("--math")
    {
        HelpName = string.Join('|', ProductMaths.Names), DefaultValueFactory = _ => ProductMaths.NameOf(ProductMath.Fp32),
        Description = "What products may round their factors to, on a GPU.",
    };

    private static readonly Option<string> s_commit = new("--commit")
    {
        HelpName = "ID", Description = "The commit of the program, for the results.", DefaultValueFactory = _ => "not told",
    };

    private static readonly Option<bool> s_bdn = new("--bdn")
    {
        Description = "Run under BenchmarkDotNet in place of the table: more statistics and allocations, but some ten seconds a problem.",
    };

    private static readonly Option<string> s_repository = new("--repository")
    {
        HelpName = "DIR", Description = "Folder of the solution.", DefaultValueFactory = _ => ".",
    };

    /// <summary>Runs one command line.</summary>
    public static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        try
        {
            var root = new RootCommand("Times every operation after checking it, and says what share of the machine's measured roof it reaches.")
            {
                s_quick, s_device, s_threads, s_filter, s_list, s_json, s_out, s_updateReadme, s_bdn, s_repository, s_math, s_commit,
            };
            ParseResult parsed = root.Parse(arguments);
            if (parsed.Action is not (null or ParseErrorAction))
                return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });
            if (parsed.Errors.Count > 0) throw new ArgumentException($"{parsed.Errors[0].Message.TrimEnd('.')}; --help tells more.");
            return Run(parsed, output, error);
        }
        catch (ArgumentException exception)
        {
            // Without the name of a parameter of C#, which a user of the command line does not know.
            string suffix = $" (Parameter '{exception.ParamName}')";
            error.WriteLine($"bench: error: {exception.Message.Replace(suffix, "")}");
            return 2;
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"bench: error: {exception.Message}");
            return 1;
        }
    }

    private static int Run(ParseResult parsed, TextWriter output, TextWriter error)
    {
        var options = new BenchOptions
        {
            Quick = parsed.GetValue(s_quick), Devices = parsed.GetValue(s_device) ?? [], Threads = parsed.GetValue(s_threads) ?? [],
            Filters = parsed.GetValue(s_filter) ?? [], Json = parsed.GetValue(s_json), Out = parsed.GetValue(s_out),
            Math = ProductMaths.Parse(parsed.GetValue(s_math)!), Commit = parsed.GetValue(s_commit)!,
            UpdateReadme = parsed.GetValue(s_updateReadme), Repository = parsed.GetValue(s_repository)!,
        };
        if (parsed.GetValue(s_list))
        {
            foreach (OperationInstance instance in options.Select()) output.WriteLine(instance);
            return 0;
        }
#if BUNDLE
        if (parsed.GetValue(s_bdn)) throw new ArgumentException("--bdn was given; BenchmarkDotNet is not in this bundle.");
#else
        if (parsed.GetValue(s_bdn)) return BenchmarkDotNetRun.Run(options);
#endif
        IReadOnlyList<BenchTarget> targets = BenchTarget.From(options);
        if (options.Devices.Count > 0 && targets.All(target => target.Device != "host")) return RunGpus(options, targets, output, error);
        if (options.Math != ProductMath.Fp32)
            throw new ArgumentException($"--math is {parsed.GetValue(s_math)}; a run with the host computes in fp32.");
        string readme = Path.Combine(options.Repository, "README.md");
        // Before minutes of measuring, not after.
        if (options.UpdateReadme) _ = ReadmeSection.Replace(readme, File.ReadAllText(readme), "");
        BenchReport report = TableRun.Run(options, error);
        Write(options, report, readme, output, error);
        return report.Failures.Count == 0 ? 0 : 1;
    }

    // All that there is to know of a GPU, which the table of all devices leaves out: variants, peers, targets.
    private static int RunGpus(BenchOptions options, IReadOnlyList<BenchTarget> targets, TextWriter output, TextWriter error)
    {
        if (options.UpdateReadme) throw new ArgumentException("--update-readme is for the table with the host; name it among the devices.");
        bool failed = false;
        foreach (BenchTarget target in targets)
        {
            GpuReport report = GpuRun.Run(target, options, error);
            string text = GpuMarkdown.Write(report), json = JsonSerializer.Serialize(report, BenchJson.Default.GpuReport);
            output.WriteLine(options.Json ? json : text);
            WriteFiles(options, report.FileName, $"# {report.Facts.Device}, {report.Facts.Date}\n\n{text}", json, error);
            failed |= report.Failures.Count > 0;
        }
        return failed ? 1 : 0;
    }

    private static void Write(BenchOptions options, BenchReport report, string readme, TextWriter output, TextWriter error)
    {
        string table = MarkdownReport.Write(report), json = JsonSerializer.Serialize(report, BenchJson.Default.BenchReport);
        output.WriteLine(options.Json ? json : table);
        WriteFiles(options, report.FileName, $"# Benchmarks, {report.Date}\n\n{table}", json, error);
        if (!options.UpdateReadme) return;
        AtomicFile.WriteAllText(readme, ReadmeSection.Replace(readme, File.ReadAllText(readme), table));
        error.WriteLine($"updated: {readme}");
    }

    private static void WriteFiles(BenchOptions options, string name, string text, string json, TextWriter error)
    {
        string folder = options.Out ?? Path.Combine(options.Repository, "benchmarks", "results");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name);
        AtomicFile.WriteAllText($"{path}.md", text);
        AtomicFile.WriteAllText($"{path}.json", $"{json}\n");
        error.WriteLine($"written: {path}.md and .json");
    }
}
