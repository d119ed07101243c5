using System.Globalization;
using System.Text.RegularExpressions;

namespace JaccardKernels.Engine.Gpu;

/// <summary>What a kernel takes, as <c>ptxas -v</c> tells it.</summary>
/// <param name="Registers">Registers of a thread.</param>
/// <param name="StackBytes">Local memory of a thread for arrays and structures.</param>
/// <param name="SpillStoreBytes">Bytes of registers stored to local memory.</param>
/// <param name="SpillLoadBytes">Bytes of registers loaded from it.</param>
/// <param name="SharedBytes">Shared memory of a group.</param>
public sealed partial record ResourceUsage(int Registers, int StackBytes, int SpillStoreBytes, int SpillLoadBytes, int SharedBytes)
{
    /// <summary>Reads what ptxas says of one kernel. Functions that it calls take part in its stack frame, so the greatest one counts.</summary>
    /// <exception cref="InvalidDataException">The lines looked for are not there.</exception>
    public static ResourceUsage Parse(string output)
    {
        MatchCollection frames = Frame().Matches(output);
        Match used = Used().Match(output);
        if (frames.Count == 0 || !used.Success)
            throw new InvalidDataException($"ptxas: no line on {(used.Success ? "the stack frame" : "registers")} in what it says; -v is needed.");
        return new ResourceUsage(Number(used), Greatest(frames, 1), Greatest(frames, 2), Greatest(frames, 3), Number(Shared().Match(used.Value)));
    }

    private static int Greatest(MatchCollection matches, int group) => matches.Max(match => Number(match, group));

    private static int Number(Match match, int group = 1) => match.Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")]
    private static partial Regex Frame();

    [GeneratedRegex(@"Used (\d+) registers[^\r\n]*")]
    private static partial Regex Used();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex Shared();
}
