using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace JaccardKernels.Fuzz;

/// <summary>What people see: progress and findings on stderr, the table on stdout.</summary>
internal static class Report
{
    // A redirected table is not squeezed into 80 columns.
    private const int WidthOfFiles = 160;

    /// <summary>Names the targets.</summary>
    public static int List(IEnumerable<TargetEntry> entries)
    {
        foreach (TargetEntry entry in entries) Console.WriteLine($"{entry.Name,-12} {entry.Reads}");
        return 0;
    }

    /// <summary>Shows how far a target is, to a person at a terminal, ten times a second.</summary>
    public static Action<long> Progress(string name, long iterations)
    {
        if (Console.IsErrorRedirected) return _ => { };
        long last = 0;
        string all = iterations < long.MaxValue / 2 ? $" of {iterations:N0}" : "";
        return done =>
        {
            if (last != 0 && Stopwatch.GetElapsedTime(last).TotalMilliseconds < 100) return;
            last = Stopwatch.GetTimestamp();
            Console.Error.Write($"\r{name}: {done:N0}{all}".PadRight(60));
        };
    }

    /// <summary>Tells what a target's inputs broke.</summary>
    public static void Findings(TargetResult result)
    {
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r{"",60}\r");
        foreach (Finding finding in result.Findings)
        {
            string message = finding.Message.ReplaceLineEndings(" ");
            if (message.Length > 0) message = $": {message[..Math.Min(300, message.Length)]}";
            Console.Error.WriteLine($"fuzz: {finding.Target}: {finding.Origin}: {finding.Fault}{message}");
            Console.Error.WriteLine($"  again: --target {finding.Target} --replay {finding.File}");
        }
    }

    /// <summary>The table, and in the last line how many targets passed.</summary>
    public static int Table(IReadOnlyList<TargetResult> results)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("target").NoWrap());
        foreach (string name in (string[])["mutations", "read", "refused", "a second", "most allocated", "slowest", "findings"])
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        foreach (TargetResult r in results)
        {
            double n = Math.Max(1, r.Mutations);
            table.AddRow(
                r.Name, Text($"{r.Mutations:N0}"), Text($"{100 * r.Accepted / n:0.0}%"), Text($"{100 * r.Refused / n:0.0}%"),
                Text($"{r.Mutations / Math.Max(1e-3, r.Elapsed.TotalSeconds):N0}"), Text($"{r.LargestAllocation / 1024.0:N0} KB"),
                Text($"{r.Slowest.TotalMilliseconds:0.0} ms"), Text($"{r.Findings.Count}"));
        }
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Interactive = InteractionSupport.No });
        if (Console.IsOutputRedirected) console.Profile.Width = WidthOfFiles;
        console.Write(table);
        int failed = results.Count(r => r.Findings.Count > 0);
        Console.WriteLine($"{results.Count - failed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>Reads one file and tells what becomes of it.</summary>
    public static int Replay(TargetEntry entry, string file)
    {
        using FuzzTarget target = entry.Create();
        Outcome outcome = Outcome.Of(target, File.ReadAllBytes(file));
        Console.WriteLine(outcome.Thrown is null ? "read" : outcome.Thrown.ToString());
        Console.WriteLine(Text($"{outcome.Allocated:N0} bytes allocated, {outcome.Elapsed.TotalMilliseconds:0.0} ms"));
        Console.WriteLine(outcome.Fault is null ? "nothing is wrong" : $"a finding: {outcome.Fault}");
        return outcome.Fault is null ? 0 : 1;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
