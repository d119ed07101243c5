using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>How many pairs are made at a time, and how their rows lie.</summary>
internal static unsafe class RelationChunk
{
    /// <summary>Pairs: the depth of the product for the weights. With 256 units in both layers, a chunk of either is 160 KiB.</summary>
    public const int Pairs = 128;

    /// <summary>From row to row: whole tiles, and one more, so that the rows of a tile do not fall into few sets of a cache.</summary>
    public static int Stride => Pairs + GemmTiles.Columns;

    /// <summary>Offsets of rows, as the register tile wants them.</summary>
    public static int* Offsets(float* memory, int rows)
    {
        int* offsets = (int*)memory;
        for (int row = 0; row < rows; row++) offsets[row] = row * Stride;
        return offsets;
    }

    /// <summary>Elements that the offsets take.</summary>
    public static int LengthOffsets(in RelationSumProblem p) => Math.Max(p.Inputs, p.Outputs);

    /// <summary>Elements of a chunk's rows.</summary>
    public static long Length(int rows) => (long)rows * Stride;
}
