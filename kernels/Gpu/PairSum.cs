namespace JaccardKernels.Gpu;

/// <summary>Two sums that one pass over memory gives.</summary>
internal readonly struct PairSum(float first, float second) : IMergeable<PairSum>
{
    public readonly float First = first, Second = second;

    public static PairSum Merge(PairSum a, PairSum b) => new(a.First + b.First, a.Second + b.Second);
}
