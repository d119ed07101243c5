namespace JaccardKernels.Problems;

/// <summary>Text of files and users in messages, which are of one line whatever is quoted in them.</summary>
public static class OneLine
{
    /// <summary>The text with a blank in the place of every line break and other control character.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return !text.Any(IsBreak) ? text : string.Create(text.Length, text, (line, from) =>
        {
            for (int i = 0; i < line.Length; i++) line[i] = IsBreak(from[i]) ? ' ' : from[i];
        });
    }

    private static bool IsBreak(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
