using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What a thread reads of a code at once, and how it counts the bits that differ.</summary>
internal interface ICodePart<TSelf>
    where TSelf : unmanaged, ICodePart<TSelf>
{
    /// <summary>64-bit words of a part; a code is a whole number of them.</summary>
    static abstract int Words { get; }

    static abstract int Differ(TSelf a, TSelf b);
}

/// <summary>A word: for codes of an odd number of them, and memory aligned to no more.</summary>
internal struct CodeWord : ICodePart<CodeWord>
{
    public ulong A;

    public static int Words => 1;

    public static int Differ(CodeWord a, CodeWord b) => IntrinsicMath.PopCount(a.A ^ b.A);
}

/// <summary>A load of 128 bits.</summary>
internal struct CodePair : ICodePart<CodePair>
{
    public ulong A, B;

    public static int Words => 2;

    public static int Differ(CodePair a, CodePair b) => IntrinsicMath.PopCount(a.A ^ b.A) + IntrinsicMath.PopCount(a.B ^ b.B);
}

/// <summary>Two loads of 128 bits, both under way before anything is counted: a sector of memory, 32 bytes, whole.</summary>
internal struct CodeQuad : ICodePart<CodeQuad>
{
    public CodePair Low, High;

    public static int Words => 4;

    public static int Differ(CodeQuad a, CodeQuad b) => CodePair.Differ(a.Low, b.Low) + CodePair.Differ(a.High, b.High);
}

/// <summary>
/// The same two loads, counted by carry-save addition: a multiprocessor of an NVIDIA GPU counts the bits of 16 words of 32 bits a clock, but takes
/// 64 logical operations. Eight words are added bit by bit to four, of weights 1, 1, 2 and 4, before their bits are counted: 18 LOP3 and 4 POPC
/// a pair instead of 8 and 8, so that the busiest pipe works 9 clocks for a pair of each thread of a warp instead of 16.
/// </summary>
internal struct CodeQuadSaved : ICodePart<CodeQuadSaved>
{
    public CodePair Low, High;

    public static int Words => 4;

    public static int Differ(CodeQuadSaved a, CodeQuadSaved b)
    {
        ulong x01 = a.Low.A ^ b.Low.A, x23 = a.Low.B ^ b.Low.B, x45 = a.High.A ^ b.High.A, x67 = a.High.B ^ b.High.B;
        uint x0 = (uint)x01, x1 = (uint)(x01 >> 32), x2 = (uint)x23, x3 = (uint)(x23 >> 32);
        uint x4 = (uint)x45, x5 = (uint)(x45 >> 32), x6 = (uint)x67, x7 = (uint)(x67 >> 32);
        uint s0 = x0 ^ x1 ^ x2, c0 = Majority(x0, x1, x2), s1 = x3 ^ x4 ^ x5, c1 = Majority(x3, x4, x5);
        uint ones = s0 ^ s1 ^ x6, c2 = Majority(s0, s1, x6), twos = c0 ^ c1 ^ c2, fours = Majority(c0, c1, c2);
        int count = IntrinsicMath.PopCount(ones) + IntrinsicMath.PopCount(x7);
        return count + 2 * IntrinsicMath.PopCount(twos) + 4 * IntrinsicMath.PopCount(fours);
    }

    // The carry of a bitwise sum, in the form from which NVIDIA's assembler makes the fewest LOP3.
    private static uint Majority(uint a, uint b, uint c) => a ^ ((a ^ b) & (a ^ c));
}
