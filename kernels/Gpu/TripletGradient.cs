using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What the gradient of a triplet loss over a list takes.</summary>
internal struct TripletGradientOperands
{
    public ArrayView<float> Embeddings, Gradient;
    public ArrayView<int> Triplets;
    public ArrayView<long> Active, Counts;
    public int Count, Dimensions, Length, MeanOfActive;
}

/// <summary>The gradient: each row's terms in the order of the list.</summary>
internal static class TripletGradient
{
    /// <summary>A thread an element, which walks over the list.</summary>
    [GpuKernel]
    public static void Plain(TripletGradientOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        int row = i / o.Dimensions, d = i % o.Dimensions;
        float sum = 0f;
        for (int t = 0; t < o.Count; t++)
        {
            if (Touches(o, t, row)) sum += Term(o, new Triplet { A = o.Triplets[3 * t], P = o.Triplets[3 * t + 1], N = o.Triplets[3 * t + 2] }, row, d);
        }
        o.Gradient[i] = 2f * sum / TripletTotals.Divisor(o.Counts, o.MeanOfActive);
    }

    /// <summary>
    /// A group a row, or a part of one of as many dimensions as it has threads. A thread looks at one triplet at a time; those that touch the row are
    /// lined up in shared memory in their order, and then every thread adds their terms in its dimension.
    /// </summary>
    [GpuKernel]
    public static void Gathered(TripletGradientOperands o)
    {
        ArrayView<Triplet> found = SharedMemory.Allocate<Triplet>(GroupReduce.MaxGroupSize);
        ArrayView<int> total = SharedMemory.Allocate<int>(1);
        int parts = Blocks.Covering(o.Dimensions, Group.DimX), row = Grid.IdxX / parts, d = Grid.IdxX % parts * Group.DimX + Group.IdxX;
        float sum = 0f;
        for (int first = 0; first < o.Count; first += Group.DimX)
        {
            int t = first + Group.IdxX;
            bool touches = t < o.Count && Touches(o, t, row);
            // Few rows are in a given triplet: most chunks hold nothing for this one.
            if (!Group.BarrierOr(touches)) continue;
            int place = GroupReduce.InclusiveScan(touches ? 1 : 0);
            if (touches) found[place - 1] = new Triplet { A = o.Triplets[3 * t], P = o.Triplets[3 * t + 1], N = o.Triplets[3 * t + 2] };
            if (Group.IdxX == Group.DimX - 1) total[0] = place;
            Group.Barrier();
            int count = total[0];
            if (d < o.Dimensions)
            {
                for (int i = 0; i < count; i++) sum += Term(o, found[i], row, d);
            }
        }
        if (d < o.Dimensions) o.Gradient[row * o.Dimensions + d] = 2f * sum / TripletTotals.Divisor(o.Counts, o.MeanOfActive);
    }

    private static bool Touches(TripletGradientOperands o, int t, int row) =>
        o.Active[t] != 0 && (o.Triplets[3 * t] == row || o.Triplets[3 * t + 1] == row || o.Triplets[3 * t + 2] == row);

    private static float Term(TripletGradientOperands o, Triplet t, int row, int d)
    {
        float anchor = o.Embeddings[t.A * o.Dimensions + d], positive = o.Embeddings[t.P * o.Dimensions + d];
        float negative = o.Embeddings[t.N * o.Dimensions + d], term = 0f;
        if (t.A == row) term += negative - positive;
        if (t.P == row) term += positive - anchor;
        if (t.N == row) term += anchor - negative;
        return term;
    }

    private struct Triplet
    {
        public int A, P, N;
    }
}
