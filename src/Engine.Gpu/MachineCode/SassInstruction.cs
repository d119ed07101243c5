using System.Globalization;
using System.Text.RegularExpressions;

namespace JaccardKernels.Engine.Gpu;

/// <summary>One machine instruction, as <c>cuobjdump --dump-sass</c> writes it.</summary>
/// <param name="Address">Its address in the kernel.</param>
/// <param name="Predicate">Under which it is executed, such as <c>@!P0</c>; empty if always.</param>
/// <param name="Opcode">With modifiers: <c>LDG.E.128</c>.</param>
/// <param name="Operands">The rest, without the semicolon.</param>
public sealed partial record SassInstruction(int Address, string Predicate, string Opcode, string Operands)
{
    /// <summary>The opcode without modifiers: <c>LDG</c>.</summary>
    public string Name { get; } = Opcode.Split('.')[0];

    /// <summary>It may be passed over: by its predicate, or by one among the operands of a branch.</summary>
    public bool IsConditional => Predicate.Length > 0 || Operands.Trim().Contains(' ', StringComparison.Ordinal);

    /// <summary>The address it names, of a branch or a point of reconvergence.</summary>
    /// <exception cref="InvalidDataException">It names none.</exception>
    public int Target => Hexadecimal().Match(Operands) is { Success: true } match
        ? int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : throw new InvalidDataException($"machine code: '{Opcode} {Operands}' at {Address:x4} names no address.");

    /// <summary>The instructions of a listing of one kernel, in order of address.</summary>
    /// <exception cref="InvalidDataException">There is no instruction, or there are several kernels.</exception>
    public static IReadOnlyList<SassInstruction> Parse(string listing)
    {
        SassInstruction[] found = [.. Line().Matches(listing).Select(Read)];
        if (found.Length == 0) throw new InvalidDataException("machine code: the listing has no instruction.");
        for (int i = 1; i < found.Length; i++)
        {
            if (found[i].Address <= found[i - 1].Address)
                throw new InvalidDataException(
                    $"machine code: address {found[i].Address:x4} follows {found[i - 1].Address:x4}; one kernel is read at a time.");
        }
        return found;
    }

    private static SassInstruction Read(Match match) => new(
        int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value.Trim());

    [GeneratedRegex(@"^\s*/\*([0-9a-f]{4,})\*/\s+(@\S+)?\s*([A-Z][A-Z0-9_.]*)([^;]*);", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"0x([0-9a-f]+)\s*$")]
    private static partial Regex Hexadecimal();
}
