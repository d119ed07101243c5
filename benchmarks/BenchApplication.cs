using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.Json;
using JaccardKernels.Cases;
using JaccardKernels.Engine;

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
                s_quick, s_device, s_threads, s_filter, s_list, s_json, s_out, s_updateReadme, s_bdn, s_repository,
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
            UpdateReadme = parsed.GetValue(s_updateReadme), Repository = parsed.GetValue(s_repository)!,
        };
        if (parsed.GetValue(s_list))
        {
            foreach (OperationInstance instance in options.Select()) output.WriteLine(instance);
            return 0;
        }
        if (parsed.GetValue(s_bdn)) return BenchmarkDotNetRun.Run(options);
        string readme = Path.Combine(options.Repository, "README.md");
        // Before minutes of measuring, not after.
        if (options.UpdateReadme) _ = ReadmeSection.Replace(readme, File.ReadAllText(readme), "");
        BenchReport report = TableRun.Run(options, error);
        Write(options, report, readme, output, error);
        return report.Failures.Count == 0 ? 0 : 1;
    }

    private static void Write(BenchOptions options, BenchReport report, string readme, TextWriter output, TextWriter error)
    {
        string table = MarkdownReport.Write(report), json = JsonSerializer.Serialize(report, BenchJson.Default.BenchReport);
        output.WriteLine(options.Json ? json : table);
        string folder = options.Out ?? Path.Combine(options.Repository, "benchmarks", "results");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, report.FileName);
        AtomicFile.WriteAllText($"{path}.md", $"# Benchmarks, {report.Date}\n\n{table}");
        AtomicFile.WriteAllText($"{path}.json", $"{json}\n");
        error.WriteLine($"written: {path}.md and .json");
        if (!options.UpdateReadme) return;
        AtomicFile.WriteAllText(readme, ReadmeSection.Replace(readme, File.ReadAllText(readme), table));
        error.WriteLine($"updated: {readme}");
    }
}
