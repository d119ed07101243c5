using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Tests.MachineCode;

/// <summary>Code written by hand: lines of instructions, and labels that branches name.</summary>
internal static class Listing
{
    public static IReadOnlyList<SassInstruction> Of(params string[] lines)
    {
        Dictionary<string, int> labels = [];
        List<string> instructions = [];
        foreach (string line in lines)
        {
            if (line.EndsWith(':')) labels[line[..^1]] = instructions.Count * 16;
            else instructions.Add(line);
        }
        IEnumerable<string> text = instructions.Select((instruction, i) => $"/*{i * 16:x4}*/ {WithAddresses(instruction, labels)} ;");
        return SassInstruction.Parse(string.Join('\n', text));
    }

    /// <summary>The same instruction several times.</summary>
    public static IEnumerable<string> Times(int count, string instruction) => Enumerable.Repeat(instruction, count);

    private static string WithAddresses(string instruction, Dictionary<string, int> labels) =>
        labels.Aggregate(instruction, (text, label) => text.Replace($"<{label.Key}>", $"0x{label.Value:x}", StringComparison.Ordinal));
}
