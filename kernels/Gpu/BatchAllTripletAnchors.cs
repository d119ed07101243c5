using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>The passes over all triplets that read everything from memory: <see cref="Pairs"/> is the specification of the faster ones.</summary>
internal static class BatchAllTripletAnchors
{
    /// <summary>A thread a pair (anchor, x), which meets every y: x is the positive where it is the more similar by delta, and the negative
    /// where it is the less similar.</summary>
    [GpuKernel]
    public static void Pairs(BatchAllTripletOperands o)
    {
        int pair = Threads.Index;
        if (Threads.Beyond(pair, o.Batch * o.Batch)) return;
        PairTotals totals = Meet(o, pair / o.Batch, pair % o.Batch);
        float distance = o.Distances[pair];
        o.Coefficients[pair] = totals.ActivePositive - totals.ActiveNegative;
        o.Parts.Hinges[pair] = totals.Hinges;
        o.Parts.ToPositive[pair] = totals.AsPositive * distance;
        o.Parts.ToNegative[pair] = totals.AsNegative * distance;
        o.Parts.Considered[pair] = totals.AsPositive;
        o.Parts.Active[pair] = totals.ActivePositive;
    }

    /// <summary>A group an anchor, a thread one other row x at a time, compared with all rows y.</summary>
    [GpuKernel]
    public static void Anchors(BatchAllTripletOperands o)
    {
        int anchor = Grid.IdxX, start = anchor * o.Batch;
        float hinges = 0f, toPositive = 0f, toNegative = 0f;
        long considered = 0, active = 0;
        for (int x = Group.IdxX; x < o.Batch; x += Group.DimX)
        {
            PairTotals totals = Meet(o, anchor, x);
            float distance = o.Distances[start + x];
            o.Coefficients[start + x] = totals.ActivePositive - totals.ActiveNegative;
            hinges += totals.Hinges;
            toPositive += totals.AsPositive * distance;
            toNegative += totals.AsNegative * distance;
            considered += totals.AsPositive;
            active += totals.ActivePositive;
        }
        o.Parts.AddUp(anchor, hinges, toPositive, toNegative, considered, active);
    }

    private static PairTotals Meet(BatchAllTripletOperands o, int anchor, int x)
    {
        int start = anchor * o.Batch;
        float similarity = o.Similarity[start + x], u = o.Distances[start + x] + o.Margin * similarity;
        var totals = new PairTotals();
        for (int y = 0; y < o.Batch; y++)
        {
            if (x == anchor || y == anchor || y == x) continue;
            float similarityY = o.Similarity[start + y], difference = u - (o.Distances[start + y] + o.Margin * similarityY);
            if (Exceeds(similarity, similarityY, o.Delta))
            {
                totals.AsPositive++;
                if (difference + o.Offset > 0f)
                {
                    totals.ActivePositive++;
                    totals.Hinges += difference + o.Offset;
                }
            }
            if (Exceeds(similarityY, similarity, o.Delta))
            {
                totals.AsNegative++;
                if (difference - o.Offset < 0f) totals.ActiveNegative++;
            }
        }
        return totals;
    }

    // a - b > delta in real numbers, for 0 <= a, b <= 1. Rounding is monotonic, so only where the rounded difference equals delta must the
    // rounding error (exact by Dekker's fast two-sum) decide.
    private static bool Exceeds(float a, float b, float delta)
    {
        float difference = a - b;
        if (difference != delta) return difference > delta;
        return a - difference - b > 0f;
    }

    private struct PairTotals
    {
        public float Hinges;
        public int AsPositive, AsNegative, ActivePositive, ActiveNegative;
    }
}
