namespace JaccardKernels.Cli;

/// <summary>Where a run of the command line writes.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Errors, notes and progress.</param>
/// <param name="OutIsTerminal">A person reads <paramref name="Out"/>: colours and the width of the window apply.</param>
/// <param name="ErrorIsTerminal">A person reads <paramref name="Error"/>: progress is shown.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal)
{
    /// <summary>The process's own.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
}
