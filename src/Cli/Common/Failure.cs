using System.Text.RegularExpressions;
using JaccardKernels.Gpu;

namespace JaccardKernels.Cli;

/// <summary>What becomes of an exception: an exit code and one line.</summary>
internal static partial class Failure
{
    /// <summary>Sorts an exception.</summary>
    public static (int ExitCode, string Line) Describe(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [Exception only] } => Describe(only),
        OperationCanceledException => (ExitCode.Interrupted, exception is InterruptedVerbException ? OneLine(exception.Message) : "interrupted."),
        ArgumentException => (ExitCode.Usage, OneLine(ParameterSuffix().Replace(exception.Message, ""))),
        VerbFailedException or InvalidDataException or IOException or UnauthorizedAccessException or OutOfMemoryException or NotSupportedException
            or DeviceLostException =>
            (ExitCode.Failed, OneLine(exception.Message)),
        _ => (ExitCode.Failed, $"unexpected {exception.GetType().Name}: {OneLine(exception.Message)} (JK_TRACE=1 prints the stack trace)"),
    };

    /// <summary>The text without line breaks and tabs.</summary>
    public static string OneLine(string text) => Blanks().Replace(text.Trim(), " ");

    // What ArgumentException appends to its message: the name of a parameter of C#, which a user of the command line does not know.
    [GeneratedRegex(@"\s*\(Parameter '[^']*'\)")]
    private static partial Regex ParameterSuffix();

    [GeneratedRegex(@"\s*[\r\n\t]\s*")]
    private static partial Regex Blanks();
}

/// <summary>A verb was interrupted, and says what it has saved.</summary>
internal sealed class InterruptedVerbException(string message) : OperationCanceledException(message);
