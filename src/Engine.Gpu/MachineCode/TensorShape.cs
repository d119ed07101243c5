using System.Globalization;
using System.Text.RegularExpressions;

namespace JaccardKernels.Engine.Gpu;

/// <summary>The work of one instruction of the tensor cores, from its modifiers.</summary>
internal static partial class TensorShape
{
    /// <summary>
    /// Its multiply-adds in units of 16-bit ones: <c>HMMA.16816</c> multiplies 16 x 16 by 16 x 8, 2048. A multiply-add of TF32 takes twice the
    /// time of a 16-bit one, one of 8-bit integers half.
    /// </summary>
    /// <exception cref="InvalidDataException">The shape is unknown.</exception>
    public static double MultiplyAdds(SassInstruction instruction)
    {
        Match shape = Shape().Match(instruction.Opcode);
        if (!shape.Success)
            throw new InvalidDataException($"machine code: the shape of {instruction.Opcode} at {instruction.Address:x4} is unknown.");
        int results = shape.Groups[1].Value == "16" ? 16 * 8 : 8 * 8;
        double each = instruction.Name == "IMMA" ? 0.5 : instruction.Opcode.Contains("TF32", StringComparison.Ordinal) ? 2 : 1;
        return results * int.Parse(shape.Groups[2].Value, CultureInfo.InvariantCulture) * each;
    }

    [GeneratedRegex(@"\.(16|8)8(4|8|16|32|64)(\.|$)")]
    private static partial Regex Shape();
}
