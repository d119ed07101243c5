using System.Numerics;
using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// All triplets of an anchor by a group. <c>J_x - J_y &gt; delta</c> in real numbers is <c>J_y &lt; below</c> with the least float that is not below
/// <c>J_x - delta</c>, and <c>J_y - J_x &gt; delta</c> is <c>J_y &gt; above</c> with the greatest that is not above <c>J_x + delta</c>: with both
/// found once a row x, a pair costs two comparisons, and x itself, which lies between them, needs no exception. Rows y pass through shared memory,
/// and each is read once for the four x of a thread. Batches of fewer than four rows a thread are cut along y as well, so that no thread idles.
/// </summary>
internal static class BatchAllTripletStaged
{
    /// <summary>Rows x of a thread, in registers.</summary>
    public const int RowsOfThread = 4;

    // Rows y that are staged at once, for each thread.
    private const int StagedOfThread = 2;

    // Triplets with x as the positive are counted in the lower half of an integer, those with x as the negative in the upper one: a batch has
    // at most 46340 rows, so neither overflows 16 bits.
    private const int AsNegative = 1 << 16, PositiveMask = AsNegative - 1;

    /// <summary>Threads that share the rows x: a power of two, as few as cover the batch.</summary>
    public static int LanesFor(int batch, int groupSize) =>
        Math.Min(groupSize, (int)BitOperations.RoundUpToPowerOf2((uint)Blocks.Covering(batch, RowsOfThread)));

    /// <summary>A group an anchor.</summary>
    [GpuKernel]
    public static void Anchors(BatchAllTripletOperands o)
    {
        ArrayView<RowY> staged = SharedMemory.Allocate<RowY>(StagedOfThread * GroupReduce.MaxGroupSize);
        ArrayView<int> coefficients = SharedMemory.Allocate<int>(RowsOfThread * GroupReduce.MaxGroupSize);
        int anchor = Grid.IdxX, start = anchor * o.Batch, lanes = o.Lanes, slices = Group.DimX / lanes, chunk = StagedOfThread * Group.DimX;
        int lane = Group.IdxX % lanes, slice = Group.IdxX / lanes;
        float hinges = 0f, toPositive = 0f, toNegative = 0f;
        long considered = 0, active = 0;
        for (int first = 0; first < o.Batch; first += RowsOfThread * lanes)
        {
            RowX x0 = LoadX(o, anchor, first + lane), x1 = LoadX(o, anchor, first + lane + lanes);
            RowX x2 = LoadX(o, anchor, first + lane + 2 * lanes), x3 = LoadX(o, anchor, first + lane + 3 * lanes);
            Totals t0 = default, t1 = default, t2 = default, t3 = default;
            for (int y0 = 0; y0 < o.Batch; y0 += chunk)
            {
                int length = IntrinsicMath.Min(chunk, o.Batch - y0), part = Blocks.Covering(length, slices);
                int end = IntrinsicMath.Min((slice + 1) * part, length);
                Group.Barrier();
                for (int i = Group.IdxX; i < length; i += Group.DimX) staged[i] = LoadY(o, anchor, y0 + i);
                Group.Barrier();
                for (int i = slice * part; i < end; i++)
                {
                    RowY y = staged[i];
                    t0 = Meet(t0, x0, y, o.Offset);
                    t1 = Meet(t1, x1, y, o.Offset);
                    t2 = Meet(t2, x2, y, o.Offset);
                    t3 = Meet(t3, x3, y, o.Offset);
                }
            }
            int at = slice * RowsOfThread * lanes + lane;
            coefficients[at] = t0.Coefficient;
            coefficients[at + lanes] = t1.Coefficient;
            coefficients[at + 2 * lanes] = t2.Coefficient;
            coefficients[at + 3 * lanes] = t3.Coefficient;
            Group.Barrier();
            int rows = IntrinsicMath.Min(RowsOfThread * lanes, o.Batch - first);
            for (int i = Group.IdxX; i < rows; i += Group.DimX)
            {
                int sum = 0;
                for (int s = 0; s < slices; s++) sum += coefficients[s * RowsOfThread * lanes + i];
                o.Coefficients[start + first + i] = sum;
            }
            hinges += t0.HingesAbove(o.Offset) + t1.HingesAbove(o.Offset) + (t2.HingesAbove(o.Offset) + t3.HingesAbove(o.Offset));
            toPositive += Positives(t0.Considered) * x0.D + Positives(t1.Considered) * x1.D;
            toPositive += Positives(t2.Considered) * x2.D + Positives(t3.Considered) * x3.D;
            toNegative += Negatives(t0.Considered) * x0.D + Negatives(t1.Considered) * x1.D;
            toNegative += Negatives(t2.Considered) * x2.D + Negatives(t3.Considered) * x3.D;
            considered += Positives(t0.Considered) + Positives(t1.Considered) + Positives(t2.Considered) + Positives(t3.Considered);
            active += Positives(t0.Active) + Positives(t1.Active) + Positives(t2.Active) + Positives(t3.Active);
        }
        o.Parts.AddUp(anchor, hinges, toPositive, toNegative, considered, active);
    }

    // Conditional values, not branches: 66 instructions for the four pairs of a thread, comparisons and predicated moves, and none of them a jump.
    private static Totals Meet(Totals t, RowX x, RowY y, float offset)
    {
        float difference = x.U - y.U;
        bool isPositive = y.J < x.Below, isNegative = y.J > x.Above, isAbove = difference > -offset, isUnder = difference < offset;
        bool activePositive = isPositive & isAbove, activeNegative = isNegative & isUnder;
        t.Considered += isPositive ? 1 : 0;
        t.Considered += isNegative ? AsNegative : 0;
        t.Active += activePositive ? 1 : 0;
        t.Active += activeNegative ? AsNegative : 0;
        t.Differences += activePositive ? difference : 0f;
        return t;
    }

    private static int Positives(int counts) => counts & PositiveMask;

    private static int Negatives(int counts) => (int)((uint)counts >> 16);

    // The anchor, and rows behind the last, compare false with everything.
    private static RowX LoadX(BatchAllTripletOperands o, int anchor, int x)
    {
        var row = new RowX { Below = float.NaN, Above = float.NaN };
        if (x < o.Batch)
        {
            float similarity = o.Similarity[anchor * o.Batch + x];
            row.D = o.Distances[anchor * o.Batch + x];
            row.U = row.D + o.Margin * similarity;
            if (x != anchor)
            {
                row.Below = SumRoundedUp(similarity, -o.Delta);
                row.Above = -SumRoundedUp(-similarity, -o.Delta);
            }
        }
        return row;
    }

    private static RowY LoadY(BatchAllTripletOperands o, int anchor, int y)
    {
        float similarity = o.Similarity[anchor * o.Batch + y];
        return new RowY { U = o.Distances[anchor * o.Batch + y] + o.Margin * similarity, J = y == anchor ? float.NaN : similarity };
    }

    // The least float that is not below a + b. The error of the rounded sum is exact by Knuth's two-sum; where it is above 0 the sum is not 0.
    private static float SumRoundedUp(float a, float b)
    {
        float sum = a + b, addend = sum - a, error = a - (sum - addend) + (b - addend);
        uint bits = Interop.FloatAsInt(sum), next = sum > 0f ? bits + 1 : bits - 1;
        return error > 0f ? Interop.IntAsFloat(next) : sum;
    }

    private struct RowX
    {
        public float U, D, Below, Above;
    }

    private struct RowY
    {
        public float U, J;
    }

    private struct Totals
    {
        public float Differences;
        public int Considered, Active;

        // The offset enters once a row, not once a pair.
        public readonly float HingesAbove(float offset) => Differences + offset * Positives(Active);

        public readonly int Coefficient => Positives(Active) - Negatives(Active);
    }
}
