using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace JaccardKernels.Cli;

/// <summary>What a verb works with: its options' values, where to report, and when to stop.</summary>
internal sealed class VerbContext
{
    // A redirected table is not squeezed into 80 columns.
    private const int WidthOfFiles = 200;

    private readonly ParseResult _arguments;
    private readonly Terminal _terminal;
    private readonly bool _json;

    public VerbContext(ParseResult arguments, Verb verb, Terminal terminal, CancellationToken cancellation)
    {
        (_arguments, _terminal, _json, Cancellation) = (arguments, terminal, arguments.GetValue(verb.Json), cancellation);
        Progress = new ProgressLine(terminal.Error, terminal.ErrorIsTerminal);
    }

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>For work that takes more than a moment.</summary>
    public ProgressLine Progress { get; }

    /// <summary>The report is to be JSON.</summary>
    public bool IsJson => _json;

    /// <summary>The value of an option, its default if it was not given.</summary>
    public T Get<T>(Option<T> option) => _arguments.GetValue(option)!;

    /// <summary>The value of an argument, its default if it was not given.</summary>
    public T Get<T>(Argument<T> argument) => _arguments.GetValue(argument)!;

    /// <summary>The option stood on the command line.</summary>
    public bool IsGiven(Option option) => _arguments.GetResult(option) is { Implicit: false };

    /// <summary>A line on stderr about something the user should know though nothing failed.</summary>
    public void Note(string text)
    {
        Progress.Clear();
        _terminal.Error.WriteLine($"jk: note: {text}");
    }

    /// <summary>Reports: the value as JSON if asked for, else the tables for people.</summary>
    public void Report<T>(T value, JsonTypeInfo<T> json, Action<IAnsiConsole> forPeople)
    {
        Progress.Clear();
        if (_json) _terminal.Out.WriteLine(JsonSerializer.Serialize(value, json));
        else forPeople(CreateConsole());
    }

    private IAnsiConsole CreateConsole()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(_terminal.Out),
            Ansi = _terminal.OutIsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = _terminal.OutIsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!_terminal.OutIsTerminal) console.Profile.Width = WidthOfFiles;
        return console;
    }
}
