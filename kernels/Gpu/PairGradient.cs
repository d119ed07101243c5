using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What the pairs of a batch weigh in a gradient.</summary>
internal interface IPairWeights
{
    /// <summary>What all sums are multiplied by.</summary>
    float Factor { get; }

    /// <summary>The weight of elements (i,x) and (x,i) of a matrix [N,N].</summary>
    float Of(int pair, int reverse);
}

/// <summary>What the gradient of a loss of distances takes.</summary>
internal struct PairGradientOperands<TWeights>
    where TWeights : struct, IPairWeights
{
    /// <summary>[N,D].</summary>
    public ArrayView<float> Embeddings, Gradient;

    public TWeights Weights;
    public int Batch, Dimensions;
}

/// <summary>
/// <c>factor sum_x (w[i,x] + w[x,i]) (e_i - e_x)</c>. Differences are taken before they are weighted: where the embeddings have nearly collapsed,
/// <c>e_i sum w - sum w e_x</c> would leave nothing but rounding.
/// </summary>
internal static class PairGradient
{
    /// <summary>Dimensions of a tile: threads next to each other, so that embeddings are read and written in runs of 64 bytes.</summary>
    public const int Lanes = 16;

    // Rows i of a thread; parts of a range of x that threads share; rows x that are staged at once.
    private const int RowsOfThread = 4, MaxSlices = 4, Staged = 64;

    /// <summary>Rows i of a tile: 16 for groups of 256 threads.</summary>
    public static int RowsOfTile(int groupSize) => groupSize / Lanes / SlicesFor(groupSize) * RowsOfThread;

    /// <summary>Tiles that cover the gradient, a group each.</summary>
    public static int Tiles(int batch, int dimensions, int groupSize) =>
        Blocks.Covering(batch, RowsOfTile(groupSize)) * Blocks.Covering(dimensions, Lanes);

    /// <summary>A thread an element.</summary>
    [GpuKernel]
    public static void Plain<[TypeArguments(typeof(TripletWeights))] TWeights>(PairGradientOperands<TWeights> o)
        where TWeights : struct, IPairWeights
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Batch * o.Dimensions)) return;
        int row = i / o.Dimensions, d = i % o.Dimensions;
        float own = o.Embeddings[i], sum = 0f;
        for (int x = 0; x < o.Batch; x++)
            sum += o.Weights.Of(row * o.Batch + x, x * o.Batch + row) * (own - o.Embeddings[x * o.Dimensions + d]);
        o.Gradient[i] = o.Weights.Factor * sum;
    }

    /// <summary>
    /// A group a tile. A thread sums 4 rows of one dimension over its slice of the staged x, whose weights it reads as one word of 128 bits; the
    /// slices are added in their order.
    /// </summary>
    [GpuKernel]
    public static void Tiled<[TypeArguments(typeof(TripletWeights), typeof(DistanceWeights))] TWeights>(PairGradientOperands<TWeights> o)
        where TWeights : struct, IPairWeights
    {
        ArrayView<Quad> weights = SharedMemory.Allocate<Quad>(Staged * (GroupReduce.MaxGroupSize / Lanes / MaxSlices));
        ArrayView<float> embeddings = SharedMemory.Allocate<float>(Staged * Lanes);
        ArrayView<Quad> sums = SharedMemory.Allocate<Quad>(GroupReduce.MaxGroupSize);
        int slices = SlicesFor(Group.DimX), quads = Group.DimX / Lanes / slices, tilesOfRow = Blocks.Covering(o.Dimensions, Lanes);
        int thread = Group.IdxX, lane = thread % Lanes, quad = thread / Lanes % quads, slice = thread / (Lanes * quads), part = Staged / slices;
        int rowStart = Grid.IdxX / tilesOfRow * (quads * RowsOfThread), dStart = Grid.IdxX % tilesOfRow * Lanes;
        int row = rowStart + quad * RowsOfThread, d = dStart + lane;
        var own = new Quad { A = Load(o, row, d), B = Load(o, row + 1, d), C = Load(o, row + 2, d), D = Load(o, row + 3, d) };
        Quad sum = default;
        for (int x0 = 0; x0 < o.Batch; x0 += Staged)
        {
            Group.Barrier();
            for (int i = thread; i < Staged * quads; i += Group.DimX)
            {
                int x = x0 + i % Staged, weighed = i / Staged, first = rowStart + weighed * RowsOfThread;
                weights[i % Staged * quads + weighed] = new Quad
                {
                    A = Weight(o, first, x), B = Weight(o, first + 1, x), C = Weight(o, first + 2, x), D = Weight(o, first + 3, x),
                };
            }
            for (int i = thread; i < Staged * Lanes; i += Group.DimX) embeddings[i] = Load(o, x0 + i / Lanes, dStart + i % Lanes);
            Group.Barrier();
            for (int x = slice * part; x < (slice + 1) * part; x++)
            {
                Quad weight = weights[x * quads + quad];
                float other = embeddings[x * Lanes + lane];
                sum.A += weight.A * (own.A - other);
                sum.B += weight.B * (own.B - other);
                sum.C += weight.C * (own.C - other);
                sum.D += weight.D * (own.D - other);
            }
        }
        sums[thread] = sum;
        Group.Barrier();
        if (slice != 0) return;
        for (int s = 1; s < slices; s++)
        {
            Quad more = sums[thread + s * quads * Lanes];
            sum.A += more.A;
            sum.B += more.B;
            sum.C += more.C;
            sum.D += more.D;
        }
        float factor = o.Weights.Factor;
        Store(o, row, d, factor * sum.A);
        Store(o, row + 1, d, factor * sum.B);
        Store(o, row + 2, d, factor * sum.C);
        Store(o, row + 3, d, factor * sum.D);
    }

    private static int SlicesFor(int groupSize) => IntrinsicMath.Min(MaxSlices, groupSize / Lanes);

    private static float Load<TWeights>(PairGradientOperands<TWeights> o, int row, int d)
        where TWeights : struct, IPairWeights =>
        row < o.Batch && d < o.Dimensions ? o.Embeddings[row * o.Dimensions + d] : 0f;

    private static float Weight<TWeights>(PairGradientOperands<TWeights> o, int row, int x)
        where TWeights : struct, IPairWeights =>
        row < o.Batch && x < o.Batch ? o.Weights.Of(row * o.Batch + x, x * o.Batch + row) : 0f;

    private static void Store<TWeights>(PairGradientOperands<TWeights> o, int row, int d, float value)
        where TWeights : struct, IPairWeights
    {
        if (row < o.Batch && d < o.Dimensions) o.Gradient[row * o.Dimensions + d] = value;
    }

    private struct Quad
    {
        public float A, B, C, D;
    }
}
