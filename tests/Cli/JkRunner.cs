using System.Text.Json;
using JaccardKernels.Cli;

namespace JaccardKernels.Tests.Cli;

/// <summary>What a command line gave.</summary>
internal sealed record JkResult(int ExitCode, string Out, string Error)
{
    /// <summary>stdout as one JSON document, of a run that succeeded in silence.</summary>
    public JsonElement Json()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ExitCode, Is.Zero, Error);
            Assert.That(Error, Is.Empty);
        }
        return JsonDocument.Parse(Out).RootElement;
    }

    /// <summary>Asserts a failure told in one line on stderr, with nothing on stdout.</summary>
    public void AssertFailed(int exitCode, params string[] mentions)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ExitCode, Is.EqualTo(exitCode), Error);
            Assert.That(Out, Is.Empty);
            Assert.That(Error, Does.StartWith("jk: error: "));
            Assert.That(Error.TrimEnd().Contains('\n'), Is.False, $"more than one line: {Error}");
            foreach (string mention in mentions) Assert.That(Error, Does.Contain(mention));
        }
    }
}

/// <summary>Runs the command line in this process, as a pipe would see it.</summary>
internal static class JkRunner
{
    public static JkResult Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    public static JkResult Run(CancellationToken cancellation, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = JkApplication.Run(arguments, new Terminal(output, error, OutIsTerminal: false, ErrorIsTerminal: false), cancellation);
        return new JkResult(code, output.ToString(), error.ToString());
    }
}
