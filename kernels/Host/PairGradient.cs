using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>
/// The gradient of a loss of squared distances: <c>g_i = sum_x (w[i,x] + w[x,i]) (e_i - e_x)</c>. Differences are taken before they are weighted, as
/// weights of near pairs are large: <c>e_i sum w - sum w e_x</c> would leave their rounding. On processors that add beside multiplying it costs
/// what the product would.
/// </summary>
internal unsafe struct PairGradient : IParallelBody
{
    private const int RowsOfTask = 4;

    /// <summary>[N,N].</summary>
    public float* Weights;

    /// <summary>[N,D].</summary>
    public float* Embeddings, Gradient;

    /// <summary>N and D.</summary>
    public int Batch, Dimensions;

    /// <summary>Whose scratch memory holds the weights of some rows.</summary>
    public ThreadTeam Team;

    /// <summary>Computes all rows.</summary>
    public void Run() => Team.For((Batch + RowsOfTask - 1) / RowsOfTask, ref this);

    /// <inheritdoc/>
    public readonly void Run(int task, int worker)
    {
        int first = task * RowsOfTask, rows = Math.Min(RowsOfTask, Batch - first);
        // The four weights of an x lie together; rows behind the last weigh nothing.
        float* weights = Team.Scratch(worker).Get<float>((long)RowsOfTask * Batch);
        // A column's neighbours come with it: rows are often a power of two apart, of which a cache holds few at once.
        for (nint x = 0; x < Batch; x++)
        {
            float* own = Weights + (nint)first * Batch + x, others = Weights + x * Batch + first, target = weights + RowsOfTask * x;
            for (nint row = 0; row < RowsOfTask; row++) target[row] = row < rows ? own[row * Batch] + others[row] : 0f;
        }
        int d = 0;
        if (Vector512.IsHardwareAccelerated) d = Columns<Lanes512<float>>(first, rows, weights, d);
        if (Vector256.IsHardwareAccelerated) d = Columns<Lanes256<float>>(first, rows, weights, d);
        if (Vector128.IsHardwareAccelerated) d = Columns<Lanes128<float>>(first, rows, weights, d);
        _ = Columns<Lane<float>>(first, rows, weights, d);
    }

    private readonly int Columns<TLanes>(int first, int rows, float* weights, int d)
        where TLanes : struct, ILanes<TLanes, float>
    {
        float* own = Embeddings + (nint)first * Dimensions, target = Gradient + (nint)first * Dimensions;
        nint row1 = Math.Min(1, rows - 1) * (nint)Dimensions, row2 = Math.Min(2, rows - 1) * (nint)Dimensions, row3 = (rows - 1) * (nint)Dimensions;
        for (; d <= Dimensions - TLanes.Count; d += TLanes.Count)
        {
            TLanes e0 = TLanes.Load(own + d), e1 = TLanes.Load(own + row1 + d), e2 = TLanes.Load(own + row2 + d), e3 = TLanes.Load(own + row3 + d);
            TLanes s0 = TLanes.Zero, s1 = s0, s2 = s0, s3 = s0;
            float* other = Embeddings + d, w = weights;
            for (int x = 0; x < Batch; x++, other += Dimensions, w += RowsOfTask)
            {
                TLanes e = TLanes.Load(other);
                s0 = TLanes.MultiplyAdd(TLanes.All(w[0]), e0 - e, s0);
                s1 = TLanes.MultiplyAdd(TLanes.All(w[1]), e1 - e, s1);
                s2 = TLanes.MultiplyAdd(TLanes.All(w[2]), e2 - e, s2);
                s3 = TLanes.MultiplyAdd(TLanes.All(w[3]), e3 - e, s3);
            }
            s0.Store(target + d);
            if (rows > 1) s1.Store(target + row1 + d);
            if (rows > 2) s2.Store(target + row2 + d);
            if (rows > 3) s3.Store(target + row3 + d);
        }
        return d;
    }
}
