using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace JaccardKernels.Cli;

/// <summary>The usual help, and below it the examples of the verb.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not Verb { Examples.Count: > 0 } verb) return code;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(verb.Examples.Count == 1 ? "Example:" : "Examples:");
        foreach (string example in verb.Examples) output.WriteLine($"  {example}");
        output.WriteLine();
        return code;
    }
}
