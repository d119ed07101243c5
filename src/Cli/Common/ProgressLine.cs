using System.Diagnostics;

namespace JaccardKernels.Cli;

/// <summary>One line that overwrites itself, for people at a terminal; writes nothing anywhere else.</summary>
internal sealed class ProgressLine(TextWriter writer, bool isTerminal)
{
    // Ten times a second is as often as a person reads.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long _last;
    private int _length;

    /// <summary>A person is watching: worth composing a text for.</summary>
    public bool IsShown => isTerminal;

    /// <summary>Shows a text, unless another one was shown a moment ago.</summary>
    public void Report(Func<string> text)
    {
        if (!isTerminal || (_last != 0 && Stopwatch.GetElapsedTime(_last) < Interval)) return;
        _last = Stopwatch.GetTimestamp();
        string line = text();
        writer.Write($"\r{line.PadRight(_length)}");
        _length = line.Length;
    }

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        if (_length > 0) writer.Write($"\r{new string(' ', _length)}\r");
        (_length, _last) = (0, 0);
    }
}
