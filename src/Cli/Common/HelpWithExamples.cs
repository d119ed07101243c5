using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace JaccardKernels.Cli;

/// <summary>The usual help, and below it the details and examples of the verb.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const int Width = 100;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not Verb verb) return code;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (verb.Detail.Length > 0)
        {
            output.WriteLine("Details:");
            foreach (string line in verb.Detail.Split('\n').SelectMany(Wrap)) output.WriteLine($"  {line}");
            output.WriteLine();
        }
        output.WriteLine(verb.Examples.Count == 1 ? "Example:" : "Examples:");
        foreach (string example in verb.Examples) output.WriteLine($"  {example}");
        output.WriteLine();
        return code;
    }

    private static IEnumerable<string> Wrap(string text)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
