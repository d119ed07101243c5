using System.Numerics;
using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>One class or dimension's part in the comparison of two rows.</summary>
internal interface IPairTerm
{
    /// <summary>sum + term(a, b).</summary>
    static abstract TLanes Add<TLanes, T>(TLanes sum, TLanes a, TLanes b)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>What becomes of the sums of one row against some columns.</summary>
internal unsafe interface IPairResult<T>
    where T : unmanaged
{
    /// <summary>Writes results [row, column ... column + count - 1].</summary>
    /// <param name="row">Row of a.</param>
    /// <param name="column">First row of b.</param>
    /// <param name="count">Rows of b.</param>
    /// <param name="sums">Sums of term(a, b), count of them.</param>
    /// <param name="own">The sum of term(a, a) of the row.</param>
    /// <param name="others">The sums of term(b, b), count of them.</param>
    void Write(int row, int column, int count, T* sums, T own, T* others);
}

/// <summary>
/// Sums of terms over all pairs of rows of a [M,K] and b [N,K]: the shape of a matrix product with another term than the product. b is packed
/// so that a vector holds one dimension of many rows, and a register tile of 4 rows by 2 vectors adds up without horizontal sums. Each result
/// is summed in one fixed order, whatever the tile: bits do not depend on threads.
/// </summary>
internal unsafe struct PairwiseTiles<TSource, T, TTerm, TResult> : IParallelBody
    where TSource : unmanaged, INumberBase<TSource>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTerm : struct, IPairTerm
    where TResult : struct, IPairResult<T>
{
    // Rows and columns of a task's tile, and dimensions packed at a time: 128 KiB of a, 64 KiB of b and 32 KiB of sums, in floats.
    public const int TileRows = 128;
    public const int TileColumns = 64;
    private const int Depth = 256;

    /// <summary>Operands.</summary>
    public TSource* A, B;

    /// <summary>Rows of a, rows of b, and their length.</summary>
    public int M, N, K;

    /// <summary>Where the sums go.</summary>
    public TResult Result;

    /// <summary>Whose scratch memory the tiles are packed into.</summary>
    public ThreadTeam Team;

    private readonly int ColumnTiles => (int)(((long)N + TileColumns - 1) / TileColumns);

    /// <summary>Computes all pairs.</summary>
    public void Run() => Team.For(checked((int)(((long)M + TileRows - 1) / TileRows) * ColumnTiles), ref this);

    /// <inheritdoc/>
    public readonly void Run(int task, int worker) => Run(task / ColumnTiles * TileRows, task % ColumnTiles * TileColumns, worker);

    /// <summary>Computes the tile at a row, a multiple of <see cref="TileRows"/>, and a column, one of <see cref="TileColumns"/>.</summary>
    public readonly void Run(int row, int column, int worker)
    {
        int rows = Math.Min(TileRows, M - row), columns = Math.Min(TileColumns, N - column);
        T* a = Team.Scratch(worker).Get<T>((TileRows + TileColumns) * (Depth + 1) + TileRows * TileColumns);
        T* b = a + TileRows * Depth, sums = b + TileColumns * Depth, own = sums + TileRows * TileColumns, others = own + TileRows;
        new Span<T>(sums, TileRows * TileColumns + TileRows + TileColumns).Clear();
        for (int k = 0; k < K; k += Depth)
        {
            int depth = Math.Min(Depth, K - k);
            for (int i = 0; i < TileRows; i++) Pack(A + (nint)(row + i) * K + k, i < rows, depth, a + i * depth, 1, own + i);
            for (int j = 0; j < TileColumns; j++) Pack(B + (nint)(column + j) * K + k, j < columns, depth, b + j, TileColumns, others + j);
            if (Vector512.IsHardwareAccelerated) Multiply<Lanes512<T>>(a, b, rows, depth, sums);
            else if (Vector256.IsHardwareAccelerated) Multiply<Lanes256<T>>(a, b, rows, depth, sums);
            else if (Vector128.IsHardwareAccelerated) Multiply<Lanes128<T>>(a, b, rows, depth, sums);
            else Multiply<Lane<T>>(a, b, rows, depth, sums);
        }
        for (int i = 0; i < rows; i++) Result.Write(row + i, column, columns, sums + i * TileColumns, own[i], others);
    }

    // One row into its place, rows beyond the operand as zeros; its sum of term(x, x) grows.
    private static void Pack(TSource* source, bool exists, int depth, T* target, nint stride, T* own)
    {
        if (!exists)
        {
            for (int k = 0; k < depth; k++) target[k * stride] = T.Zero;
            return;
        }
        var sum = Lane<T>.Load(own);
        for (int k = 0; k < depth; k++)
        {
            target[k * stride] = T.CreateTruncating(source[k]);
            sum = TTerm.Add<Lane<T>, T>(sum, Lane<T>.Load(target + k * stride), Lane<T>.Load(target + k * stride));
        }
        sum.Store(own);
    }

    private static void Multiply<TLanes>(T* a, T* b, int rows, int depth, T* sums)
        where TLanes : struct, ILanes<TLanes, T>
    {
        for (int i = 0; i < rows; i += 4)
        {
            for (int j = 0; j < TileColumns; j += 2 * TLanes.Count) Quad<TLanes>(a + i * depth, b + j, depth, sums + i * TileColumns + j);
        }
    }

    private static void Quad<TLanes>(T* a, T* b, nint depth, T* sums)
        where TLanes : struct, ILanes<TLanes, T>
    {
        int w = TLanes.Count;
        TLanes s00 = TLanes.Load(sums), s01 = TLanes.Load(sums + w);
        TLanes s10 = TLanes.Load(sums + TileColumns), s11 = TLanes.Load(sums + TileColumns + w);
        TLanes s20 = TLanes.Load(sums + 2 * TileColumns), s21 = TLanes.Load(sums + 2 * TileColumns + w);
        TLanes s30 = TLanes.Load(sums + 3 * TileColumns), s31 = TLanes.Load(sums + 3 * TileColumns + w);
        for (nint k = 0; k < depth; k++)
        {
            TLanes b0 = TLanes.Load(b), b1 = TLanes.Load(b + w);
            TLanes a0 = TLanes.All(a[k]), a1 = TLanes.All(a[depth + k]), a2 = TLanes.All(a[2 * depth + k]), a3 = TLanes.All(a[3 * depth + k]);
            s00 = TTerm.Add<TLanes, T>(s00, a0, b0);
            s01 = TTerm.Add<TLanes, T>(s01, a0, b1);
            s10 = TTerm.Add<TLanes, T>(s10, a1, b0);
            s11 = TTerm.Add<TLanes, T>(s11, a1, b1);
            s20 = TTerm.Add<TLanes, T>(s20, a2, b0);
            s21 = TTerm.Add<TLanes, T>(s21, a2, b1);
            s30 = TTerm.Add<TLanes, T>(s30, a3, b0);
            s31 = TTerm.Add<TLanes, T>(s31, a3, b1);
            b += TileColumns;
        }
        s00.Store(sums);
        s01.Store(sums + w);
        s10.Store(sums + TileColumns);
        s11.Store(sums + TileColumns + w);
        s20.Store(sums + 2 * TileColumns);
        s21.Store(sums + 2 * TileColumns + w);
        s30.Store(sums + 3 * TileColumns);
        s31.Store(sums + 3 * TileColumns + w);
    }
}
