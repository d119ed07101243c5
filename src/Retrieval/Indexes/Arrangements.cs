using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>The arrangement of each structure.</summary>
internal static class Arrangements
{
    /// <summary>The arrangement of what an index keeps.</summary>
    public static Arrangement Of(ItemLayout layout) => layout.Structure switch
    {
        IndexStructure.Flat => new Arrangement(),
        IndexStructure.MultiIndexHashing => new SubstringArrangement(layout.Bits),
        IndexStructure.Jaccard => new BitCountArrangement(layout.Bits),
        _ => new ListArrangement(layout.Tables ?? throw new ArgumentException($"{layout.Structure} is no structure of binary codes.")),
    };
}

/// <summary>Codes in groups of as many bits set.</summary>
internal sealed class BitCountArrangement(int bits) : Arrangement
{
    public override int Groups => bits + 1;

    public override unsafe ItemGrouping Grouping() => (items, item) =>
        BitCount.Of(new ReadOnlySpan<ulong>(items.Column(0, item, 1), SimilarityProblem.WordsOf(bits)));
}

/// <summary>Bits set.</summary>
internal static class BitCount
{
    public static int Of(ReadOnlySpan<ulong> code)
    {
        int count = 0;
        foreach (ulong word in code) count += System.Numerics.BitOperations.PopCount(word);
        return count;
    }
}
