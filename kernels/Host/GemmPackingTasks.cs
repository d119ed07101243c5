namespace JaccardKernels.Host;

/// <summary>Packs some panels of one block of k of an operand for all tasks: <c>[block of k][panel][k][width]</c>.</summary>
internal unsafe struct GemmPackingTasks<TSource> : IParallelBody
    where TSource : struct, ILineSource
{
    // Long lines are read at the speed of memory, a panel's width of each at a third of it.
    private const int Lines = 512;

    public TSource Source;
    public ThreadTeam Team;
    public int Count, K, Width;
    public float* Packed;

    /// <summary>The last panel is as wide as rows are left.</summary>
    public bool IsTight;

    public readonly int Tasks => Blocks * GemmBlocking.Covering(K, GemmBlocking.DepthBlock);

    private readonly int Piece => Math.Max(1, Lines / Width) * Width;

    private readonly int Blocks => GemmBlocking.Covering(Count, Piece);

    public void Run(int task, int worker)
    {
        int k0 = task / Blocks * GemmBlocking.DepthBlock, depth = Math.Min(GemmBlocking.DepthBlock, K - k0);
        int start = task % Blocks * Piece, count = Math.Min(Piece, Count - start);
        float* buffer = Team.Packing(worker).Get<float>(Math.Max(Piece, Width * GemmBlocking.DepthBlock));
        nint all = IsTight ? Count : GemmBlocking.RoundUp(Count, Width);
        GemmPacking.Pack(ref Source, start, count, k0, depth, Width, Packed + all * k0 + (nint)start * depth, buffer, IsTight);
    }
}
