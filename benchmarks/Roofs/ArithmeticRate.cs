namespace JaccardKernels.Benchmarks;

/// <summary>What a device computes without touching memory.</summary>
/// <param name="Name">The instructions, for people.</param>
/// <param name="Kind">What work it bounds.</param>
/// <param name="Rate">10^9 operations a second; a multiply-add counts two, an exclusive-or with its count and its sum three for each word.</param>
internal sealed record ArithmeticRate(string Name, ArithmeticKind Kind, double Rate);

/// <summary>Of what an operation's arithmetic is.</summary>
internal enum ArithmeticKind
{
    /// <summary>Floating point: its roof is multiply-adds.</summary>
    MultiplyAdd,

    /// <summary>Bits of 64-bit words: its roof is population counts.</summary>
    PopulationCount,
}
