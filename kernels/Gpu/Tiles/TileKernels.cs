using System.Text.RegularExpressions;

namespace JaccardKernels.Gpu;

/// <summary>A kernel in one tile shape, once for each way in which its operands may lie; each compiled at its first launch.</summary>
internal sealed partial class TileKernels<TOperands>
    where TOperands : struct
{
    private readonly Kernel<TOperands>[] _kernels;

    private TileKernels(string name, int rows, int columns, int depth, int groupSize, Kernel<TOperands>[] kernels) =>
        (Name, Rows, Columns, Depth, GroupSize, _kernels) = (name, rows, columns, depth, groupSize, kernels);

    /// <summary>The shape's name, such as <c>128x128x8</c>.</summary>
    public string Name { get; }

    /// <summary>Results of a group along a column.</summary>
    public int Rows { get; }

    /// <summary>Results of a group along a row.</summary>
    public int Columns { get; }

    /// <summary>Steps of a strip.</summary>
    public int Depth { get; }

    /// <summary>Threads of a group.</summary>
    public int GroupSize { get; }

    /// <summary>The kernels of a shape.</summary>
    public static TileKernels<TOperands> Of<TShape>(GpuQueue queue, params Action<TOperands>[] methods)
        where TShape : struct, ITileShape =>
        new(
            Sizes().Match(typeof(TShape).Name).Value, TShape.Rows, TShape.Columns, TShape.Depth, TShape.GroupSize,
            [.. methods.Select(method => new Kernel<TOperands>(queue, method))]);

    /// <summary>Tiles that cover results <c>[m,n]</c>.</summary>
    public long Count(int m, int n) => (long)Blocks.Covering(m, Rows) * Blocks.Covering(n, Columns);

    /// <summary>Elements that cross between memory and chip for a result <c>[m,n]</c> of k steps if nothing is cached between groups.</summary>
    public long Traffic(long m, long n, long k) =>
        k * (m * Blocks.Covering((int)n, Columns) + n * Blocks.Covering((int)m, Rows)) + m * n;

    /// <summary>Launches one of the methods.</summary>
    public void Launch(int method, in TileGrid grid, in TOperands operands) => _kernels[method].Launch(grid.Groups, GroupSize, operands);

    // Without the idea that a shape's name begins with: Tile128x64x8, Tf32Tile128x128x16.
    [GeneratedRegex(@"\d+x\d+x.*")]
    private static partial Regex Sizes();
}
