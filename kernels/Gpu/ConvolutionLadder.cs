using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>What the ladders of the three convolutions have in common.</summary>
internal static class ConvolutionLadder
{
    /// <summary>Their classes: kernel, stride and groups, and the sizes of the forward product rounded up.</summary>
    public static string ClassOf(ConvolutionProblem p) =>
        $"k{SizeClass.Of(p.GroupFilters)}c{SizeClass.Of(p.PatchLength)}p{SizeClass.Of(p.Batch * p.OutputHeight * p.OutputWidth)}" +
        $"r{p.KernelH}s{p.StrideH}{(p.Groups > 1 ? "g" : "")}";

    /// <summary>A position is its own patch, in planes of vectors.</summary>
    public static string? WhyNotPointwise(ConvolutionProblem p) =>
        p is not { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PadH: 0, PadW: 0 } ? "the kernel is not 1 x 1, dense and without padding"
        : p.Height * p.Width % 4 != 0 ? $"planes of {p.Height * p.Width} are no multiple of 4"
        : null;

    /// <summary>The largest tile that gives every multiprocessor a group, else the smallest; among the largest, the one with the least idle room.</summary>
    public static string? TileFor<TOperands>(TileKernels<TOperands>[] tiles, int rows, int columns, int batches, int groupsWanted)
        where TOperands : struct
    {
        TileKernels<TOperands>? fallback = null;
        foreach (TileKernels<TOperands> tile in tiles)
        {
            fallback = tile;
            // Half of a tile may idle, as long as a smaller one would not idle less.
            if (tile.Count(rows, columns) * batches >= groupsWanted && (rows > tile.Rows / 2 || tile == tiles[^1])) return tile.Name;
        }
        return fallback?.Name;
    }
}
