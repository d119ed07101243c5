using System.CommandLine;
using System.CommandLine.Invocation;

namespace JaccardKernels.Fuzz;

/// <summary>The command line: from arguments to an exit code, 0 nothing broke, 1 something did, 2 not possible as asked.</summary>
internal static class FuzzApplication
{
    private const string Description =
        """
        Reads mutated input with every reader of files and texts of JaccardKernels. An input may be read, or refused by the exception that the reader
        documents, in one line that begins with the name of the file. Anything else is a finding: another exception, a second or more for one input,
        memory out of proportion to the input's length. Its input is kept, and the exit code is 1.

        Every mutation is a function of the target, the seed and the number of the iteration, so a finding comes back from these numbers alone, or from
        its file:
          --iterations 2000                              every target, some seconds: what each change is to pass
          --target npy,coco --iterations 1000000         two of them, thoroughly
          --target zip --seed 7 --first 4711 --iterations 1
                                                         one mutation again
          --target coco --replay fuzz-out/coco-s1-i42.bin
                                                         one file again, with the stack trace of what it throws
          --minutes 60 --seed 2                          every target for its share of an hour, other mutations than the usual ones
        What a bug was found by belongs into tests/Fuzz/Corpus/TARGET: mutations start from there too.
        """;

    private static readonly Option<string> s_target = new("--target")
    {
        HelpName = "NAME,..|all", DefaultValueFactory = _ => "all", Description = "What to read; --list names all.",
    };

    private static readonly Option<long?> s_iterations = new("--iterations")
    {
        HelpName = "N",
        Description = "Mutations for each target. Default: 10000, or no limit where minutes are given.",
    };

    private static readonly Option<double?> s_minutes = new("--minutes")
    {
        HelpName = "M",
        Description = "Time for all targets together, whatever the iterations.",
    };

    private static readonly Option<int> s_seed = new("--seed")
    {
        HelpName = "S", DefaultValueFactory = _ => 1,
        Description = "Decides, with the number of an iteration, its mutation.",
    };

    private static readonly Option<long> s_first = new("--first")
    {
        HelpName = "I",
        Description = "The number of the first iteration.",
    };

    private static readonly Option<int> s_threads = new("--threads")
    {
        HelpName = "T", DefaultValueFactory = _ => 1,
        Description = "Threads, which share the iterations of a target.",
    };

    private static readonly Option<string> s_out = new("--out")
    {
        HelpName = "DIR", DefaultValueFactory = _ => "fuzz-out",
        Description = "Where inputs that broke something are kept.",
    };

    private static readonly Option<string?> s_replay = new("--replay")
    {
        HelpName = "FILE",
        Description = "Read this one file with the one target named, and tell what becomes of it.",
    };

    private static readonly Option<bool> s_list = new("--list") { Description = "Name the targets and stop." };

    /// <summary>Runs one command line.</summary>
    public static int Run(string[] arguments)
    {
        try
        {
            var root = new RootCommand(Description) { s_target, s_iterations, s_minutes, s_seed, s_first, s_threads, s_out, s_replay, s_list };
            ParseResult parsed = root.Parse(arguments);
            if (parsed.Action is not (null or ParseErrorAction)) return parsed.Invoke();
            if (parsed.Errors.Count > 0) throw new ArgumentException($"{parsed.Errors[0].Message.TrimEnd('.')}; --help tells more.");
            return Run(parsed);
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            Console.Error.WriteLine($"fuzz: error: {exception.Message}");
            return 2;
        }
    }

    private static int Run(ParseResult parsed)
    {
        TargetEntry[] entries = TargetCatalog.Find(parsed.GetValue(s_target)!);
        if (parsed.GetValue(s_list)) return Report.List(entries);
        if (parsed.GetValue(s_replay) is { } file)
            return entries is [TargetEntry only] ? Report.Replay(only, file) : throw new ArgumentException("--replay needs one --target; --list names them.");
        double minutes = parsed.GetValue(s_minutes) ?? double.PositiveInfinity;
        int threads = parsed.GetValue(s_threads);
        if (!(minutes > 0)) throw new ArgumentException($"minutes is {minutes}; it must be above 0.");
        if (threads < 1) throw new ArgumentException($"threads is {threads}; the least is 1.");
        TimeSpan limit = double.IsInfinity(minutes) ? TimeSpan.MaxValue : TimeSpan.FromMinutes(minutes / entries.Length);
        long iterations = parsed.GetValue(s_iterations) ?? (double.IsInfinity(minutes) ? 10_000 : long.MaxValue / 2);
        var options = new FuzzOptions(parsed.GetValue(s_seed), parsed.GetValue(s_first), iterations, limit, threads, parsed.GetValue(s_out)!);
        List<TargetResult> results = [];
        foreach (TargetEntry entry in entries)
        {
            results.Add(TargetRun.Run(entry, options, Report.Progress(entry.Name, iterations)));
            Report.Findings(results[^1]);
        }
        return Report.Table(results);
    }
}
