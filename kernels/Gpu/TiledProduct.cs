using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>The threads along one side of a tile, as a constant that the compiler folds.</summary>
internal interface ITile : IGroup
{
    static abstract int Side { get; }
}

/// <summary>16 x 16 threads, 64 x 64 results: for devices.</summary>
internal readonly struct Tile16 : ITile
{
    public const int Threads = 16;

    public static int Side => Threads;

    public static int GroupSize => Threads * Threads;
}

/// <summary>4 x 4 threads, 16 x 16 results: for devices that take groups of fewer than 256 threads, among them ILGPU's simulator.</summary>
internal readonly struct Tile4 : ITile
{
    public const int Threads = 4;

    public static int Side => Threads;

    public static int GroupSize => Threads * Threads;
}

/// <summary>A matrix that a kernel reads by position: stored, or computed from what is stored (the patches of a convolution).</summary>
internal interface IOperand<TElement>
{
    /// <summary>Consecutive columns are neighbours in memory (else consecutive rows): which way a tile is best read.</summary>
    bool ColumnsAdjacent { get; }

    TElement Load(int row, int column, int batch);
}

/// <summary>How a pair of elements enters the sum of one result. Two default elements must leave it as it is: tiles are padded with them.</summary>
internal interface IAlgebra<TElement, TSum>
{
    static abstract TSum Combine(TSum sum, TElement a, TElement b);
}

/// <summary>What becomes of a finished sum.</summary>
internal interface IResult<TSum>
{
    void Store(int row, int column, int batch, TSum sum);
}

/// <summary>
/// The tile loop of everything that compares or multiplies all rows with all columns: products, convolutions, distances, similarities.
/// <c>result[i,j] = combine over k of (a[i,k], b[k,j])</c>. A group computes a tile of 4 Side x 4 Side results, a thread 4 x 4 of them in registers
/// (rows and columns Side apart, so that neighbours store to neighbours); strips of <see cref="Depth"/> steps of both operands pass through shared
/// memory. Per strip and group 4 Side (a) and 4 Side (b) elements a step are loaded for 16 Side^2 combinations. The order over k is fixed.
/// Shared memory: 8 Side + 2 elements a step, 8.3 KiB of floats or 16.5 KiB of 64-bit words for Side = 16.
/// </summary>
internal static class TiledProduct
{
    /// <summary>Results of a thread along each side.</summary>
    public const int Register = 4;

    /// <summary>Steps over k that are staged at once.</summary>
    public const int Depth = 16;

    /// <summary>Computes the tile of this group. Tiles of one batch are consecutive groups, row by row; a batch is cut along k into slices.</summary>
    /// <param name="a">[m,k], by batch.</param>
    /// <param name="b">[k,n], by batch.</param>
    /// <param name="result">[m,n], by batch times <paramref name="slices"/> plus slice.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Terms of each sum.</param>
    /// <param name="slices">Parts of the range of k that different groups sum.</param>
    public static void Run<TTile, TElement, TSum, TAlgebra, TA, TB, TResult>(TA a, TB b, TResult result, int m, int n, int k, int slices)
        where TTile : struct, ITile
        where TElement : unmanaged
        where TSum : unmanaged
        where TAlgebra : struct, IAlgebra<TElement, TSum>
        where TA : struct, IOperand<TElement>
        where TB : struct, IOperand<TElement>
        where TResult : struct, IResult<TSum>
    {
        int tileRows = Blocks.Covering(m, TTile.Side * Register), tileColumns = Blocks.Covering(n, TTile.Side * Register);
        int tile = Grid.IdxX % (tileRows * tileColumns), slice = Grid.IdxX / (tileRows * tileColumns), batch = slice / slices;
        int rowStart = tile / tileColumns * (TTile.Side * Register), columnStart = tile % tileColumns * (TTile.Side * Register);
        int sliceLength = Blocks.Covering(k, slices * Depth) * Depth, start = slice % slices * sliceLength, end = IntrinsicMath.Min(start + sliceLength, k);
        int thread = Group.IdxX, x = thread % TTile.Side, y = thread / TTile.Side;

        // One element of padding a step: threads that walk along k meet different banks.
        ArrayView<TElement> stripA = SharedMemory.Allocate<TElement>((TTile.Side * Register + 1) * Depth);
        ArrayView<TElement> stripB = SharedMemory.Allocate<TElement>((TTile.Side * Register + 1) * Depth);
        TSum s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        TSum s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;

        for (int k0 = start; k0 < end; k0 += Depth)
        {
            for (int i = thread; i < TTile.Side * Register * Depth; i += TTile.Side * TTile.Side)
            {
                int along = i % (TTile.Side * Register), step = i / (TTile.Side * Register);
                int alongK = i / Depth, stepK = i % Depth;
                int rowA = a.ColumnsAdjacent ? alongK : along, stepA = a.ColumnsAdjacent ? stepK : step;
                bool insideA = rowStart + rowA < m && k0 + stepA < end;
                stripA[stepA * (TTile.Side * Register + 1) + rowA] = insideA ? a.Load(rowStart + rowA, k0 + stepA, batch) : default;
                int columnB = b.ColumnsAdjacent ? along : alongK, stepB = b.ColumnsAdjacent ? step : stepK;
                bool insideB = columnStart + columnB < n && k0 + stepB < end;
                stripB[stepB * (TTile.Side * Register + 1) + columnB] = insideB ? b.Load(k0 + stepB, columnStart + columnB, batch) : default;
            }
            Group.Barrier();
            for (int step = 0; step < Depth; step++)
            {
                int rowA = step * (TTile.Side * Register + 1) + y, columnB = step * (TTile.Side * Register + 1) + x;
                TElement a0 = stripA[rowA], a1 = stripA[rowA + TTile.Side], a2 = stripA[rowA + 2 * TTile.Side], a3 = stripA[rowA + 3 * TTile.Side];
                TElement b0 = stripB[columnB], b1 = stripB[columnB + TTile.Side];
                TElement b2 = stripB[columnB + 2 * TTile.Side], b3 = stripB[columnB + 3 * TTile.Side];
                s00 = TAlgebra.Combine(s00, a0, b0);
                s01 = TAlgebra.Combine(s01, a0, b1);
                s02 = TAlgebra.Combine(s02, a0, b2);
                s03 = TAlgebra.Combine(s03, a0, b3);
                s10 = TAlgebra.Combine(s10, a1, b0);
                s11 = TAlgebra.Combine(s11, a1, b1);
                s12 = TAlgebra.Combine(s12, a1, b2);
                s13 = TAlgebra.Combine(s13, a1, b3);
                s20 = TAlgebra.Combine(s20, a2, b0);
                s21 = TAlgebra.Combine(s21, a2, b1);
                s22 = TAlgebra.Combine(s22, a2, b2);
                s23 = TAlgebra.Combine(s23, a2, b3);
                s30 = TAlgebra.Combine(s30, a3, b0);
                s31 = TAlgebra.Combine(s31, a3, b1);
                s32 = TAlgebra.Combine(s32, a3, b2);
                s33 = TAlgebra.Combine(s33, a3, b3);
            }
            Group.Barrier();
        }

        int row = rowStart + y, column = columnStart + x;
        StoreRow<TTile, TSum, TResult>(result, row, column, m, n, slice, s00, s01, s02, s03);
        StoreRow<TTile, TSum, TResult>(result, row + TTile.Side, column, m, n, slice, s10, s11, s12, s13);
        StoreRow<TTile, TSum, TResult>(result, row + 2 * TTile.Side, column, m, n, slice, s20, s21, s22, s23);
        StoreRow<TTile, TSum, TResult>(result, row + 3 * TTile.Side, column, m, n, slice, s30, s31, s32, s33);
    }

    private static void StoreRow<TTile, TSum, TResult>(
        TResult result, int row, int column, int m, int n, int slice, TSum s0, TSum s1, TSum s2, TSum s3)
        where TTile : struct, ITile
        where TResult : struct, IResult<TSum>
    {
        if (row >= m) return;
        if (column < n) result.Store(row, column, slice, s0);
        if (column + TTile.Side < n) result.Store(row, column + TTile.Side, slice, s1);
        if (column + 2 * TTile.Side < n) result.Store(row, column + 2 * TTile.Side, slice, s2);
        if (column + 3 * TTile.Side < n) result.Store(row, column + 3 * TTile.Side, slice, s3);
    }
}
