using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using JaccardKernels.Cli.Verbs;

namespace JaccardKernels.Cli;

/// <summary>The command line jk: from arguments to an exit code, with every failure told in one line on stderr.</summary>
internal static class JkApplication
{
    private const string Description =
        "JaccardKernels: deep metric learning for multi-label and multi-object image retrieval.\n\n" +
        "Exit codes: 0 done, 1 failed (content of a file, disk, memory, a check), 2 not possible as asked, 130 interrupted.\n" +
        "Arrays are .npy files: codes uint8 [N,bits/8], labels integers [N,C], embeddings float32 [N,D].";

    /// <summary>Runs one command line.</summary>
    /// <returns>A value of <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            ParseResult parsed = CreateRoot().Parse(arguments);
            if (parsed.Action is not (null or ParseErrorAction))
                return parsed.Invoke(new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false });
            string command = CommandLine(parsed.CommandResult.Command);
            if (parsed.CommandResult.Command is not Verb verb)
                throw new ArgumentException(
                    $"{(parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is not a verb" : "a verb is missing")}; '{command} --help' lists them.");
            if (parsed.Errors.Count > 0) throw new ArgumentException($"{parsed.Errors[0].Message.TrimEnd('.')}; '{command} --help' tells more.");
            verb.Run(new VerbContext(parsed, verb, terminal, cancellation));
            return ExitCode.Done;
        }
        catch (Exception exception)
        {
            (int code, string line) = Failure.Describe(exception);
            terminal.Error.WriteLine($"jk: error: {line}");
            if (Environment.GetEnvironmentVariable("JK_TRACE") == "1") terminal.Error.WriteLine(exception);
            return code;
        }
    }

    private static RootCommand CreateRoot()
    {
        var root = new RootCommand(Description)
        {
            new DevicesVerb(),
            new DemoVerb(),
            new TrainVerb(),
            new EmbedVerb(),
            new EvaluateVerb(),
            new ExportVerb(),
            new MeasureVerb(),
            new SimilarityVerb(),
            new LabelsVerb(),
            new SearchVerb(),
            new Command("index", "Files of codes to search in.")
            {
                new IndexBuildVerb(), new IndexInfoVerb(), new IndexAddVerb(), new IndexRemoveVerb(), new IndexCompactVerb(), new IndexConvertVerb(),
                new IndexBenchVerb(),
            },
            new Command("experiment", "Long measurements that one command repeats.") { new ClaimsVerb() },
            new Command("kernel", "The operations one by one: what there is, whether it is right, how fast it is, and what it gives for arrays of yours.")
            {
                new KernelListVerb(), new KernelCheckVerb(), new KernelTimeVerb(), new KernelTuneVerb(), new KernelRunVerb(), new KernelPtxVerb(),
                new KernelReportVerb(),
            },
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>()) help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static string CommandLine(Command command) =>
        command is RootCommand ? "jk" : $"{CommandLine(command.Parents.OfType<Command>().First())} {command.Name}";
}
