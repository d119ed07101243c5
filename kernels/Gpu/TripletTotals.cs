using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Partial sums of a triplet loss, one row a triplet of a list or an anchor of a batch, in scratch memory.</summary>
internal struct TripletParts
{
    /// <summary>Hinges; distances to positives; distances to negatives.</summary>
    public ArrayView<float> Hinges, ToPositive, ToNegative;

    /// <summary>Triplets considered; active ones.</summary>
    public ArrayView<long> Considered, Active;

    public int Rows;

    /// <summary>Scratch memory that <see cref="Take"/> needs.</summary>
    public static long Bytes(int rows) => 3 * ScratchMemory.Padded(rows * (long)sizeof(float)) + 2 * ScratchMemory.Padded(rows * (long)sizeof(long));

    public static TripletParts Take(ScratchMemory scratch, int rows) => new()
    {
        Hinges = scratch.Take<float>(rows), ToPositive = scratch.Take<float>(rows), ToNegative = scratch.Take<float>(rows),
        Considered = scratch.Take<long>(rows), Active = scratch.Take<long>(rows), Rows = rows,
    };

    /// <summary>Writes a row, each part the sum over the threads of this group, all of which must call it.</summary>
    public readonly void AddUp(int row, float hinges, float toPositive, float toNegative, long considered, long active)
    {
        hinges = GroupReduce.Sum(hinges);
        toPositive = GroupReduce.Sum(toPositive);
        toNegative = GroupReduce.Sum(toNegative);
        considered = GroupReduce.Sum(considered);
        active = GroupReduce.Sum(active);
        if (Group.IdxX != 0) return;
        Hinges[row] = hinges;
        ToPositive[row] = toPositive;
        ToNegative[row] = toNegative;
        Considered[row] = considered;
        Active[row] = active;
    }
}

/// <summary>Adds up the parts of a triplet loss to what it reports, in one group.</summary>
internal sealed class TripletTotals(GpuQueue queue)
{
    private readonly Kernel<Operands> _finish = new(queue, Finish);

    public void Run(TripletReduction reduction, in TripletParts parts, ArrayView<float> statistics, ArrayView<long> counts) =>
        _finish.LaunchGroups(1, new Operands { Parts = parts, Statistics = statistics, Counts = counts, MeanOfActive = IsMeanOfActive(reduction) });

    /// <summary>The reduction as kernels read it.</summary>
    public static int IsMeanOfActive(TripletReduction reduction) => reduction == TripletReduction.MeanOfActive ? 1 : 0;

    /// <summary>What the sum is divided by, from the counts of a finished loss; at least 1.</summary>
    public static float Divisor(ArrayView<long> counts, int meanOfActive)
    {
        long divisor = meanOfActive != 0 ? counts[1] : counts[0];
        return divisor > 1 ? divisor : 1f;
    }

    [GpuKernel]
    internal static void Finish(Operands o)
    {
        float hinges = 0f, toPositive = 0f, toNegative = 0f;
        long considered = 0, active = 0;
        for (int i = Group.IdxX; i < o.Parts.Rows; i += Group.DimX)
        {
            hinges += o.Parts.Hinges[i];
            toPositive += o.Parts.ToPositive[i];
            toNegative += o.Parts.ToNegative[i];
            considered += o.Parts.Considered[i];
            active += o.Parts.Active[i];
        }
        hinges = GroupReduce.Sum(hinges);
        toPositive = GroupReduce.Sum(toPositive);
        toNegative = GroupReduce.Sum(toNegative);
        considered = GroupReduce.Sum(considered);
        active = GroupReduce.Sum(active);
        if (Group.IdxX != 0) return;
        o.Counts[0] = considered;
        o.Counts[1] = active;
        o.Statistics[0] = hinges / Divisor(o.Counts, o.MeanOfActive);
        o.Statistics[1] = toPositive / Divisor(o.Counts, 0);
        o.Statistics[2] = toNegative / Divisor(o.Counts, 0);
    }

    internal struct Operands
    {
        public TripletParts Parts;
        public ArrayView<float> Statistics;
        public ArrayView<long> Counts;
        public int MeanOfActive;
    }
}
