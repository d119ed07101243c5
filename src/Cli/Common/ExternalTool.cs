using System.ComponentModel;
using System.Diagnostics;

namespace JaccardKernels.Cli;

/// <summary>A program of another vendor that a verb calls: a command, and perhaps its first arguments, as one text.</summary>
/// <param name="purpose">What it is to the user, such as "ptxas".</param>
/// <param name="command">The text: words, and quotes around those that hold blanks.</param>
internal sealed class ExternalTool(string purpose, string command)
{
    private readonly string[] _words = Split(purpose, command);

    /// <summary>Runs it and returns what it writes, stdout and stderr one after the other.</summary>
    /// <exception cref="VerbFailedException">It is not there, or fails.</exception>
    public string Run(CancellationToken cancellation, params string[] arguments)
    {
        var start = new ProcessStartInfo(_words[0]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string word in _words.Skip(1).Concat(arguments)) start.ArgumentList.Add(word);
        using Process process = Start(start);
        using CancellationTokenRegistration stop = cancellation.Register(() => process.Kill(entireProcessTree: true));
        // Both at once: a full pipe that nobody reads would stop it.
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? output
            : throw new VerbFailedException($"{purpose} '{string.Join(' ', _words.Concat(arguments))}' returned {process.ExitCode}: {output.Trim()}");
    }

    private static string[] Split(string purpose, string command)
    {
        string[] parts = command.Split('"');
        if (parts.Length % 2 == 0) throw new ArgumentException($"{purpose} '{command}' has a quote that does not end.");
        string[] words = [.. parts.SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return words.Length > 0 ? words : throw new ArgumentException($"the command of {purpose} is empty.");
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new VerbFailedException($"{purpose} is missing: '{_words[0]}' cannot be started.", exception);
        }
    }
}
