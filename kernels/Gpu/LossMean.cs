using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>The end of a loss that is a mean of rows: adds them up, in one group, and divides.</summary>
internal sealed class LossMean(GpuQueue queue)
{
    private readonly Kernel<Operands> _mean = new(queue, Mean);

    /// <summary>Queues loss[1] = the sum of the rows over the divisor.</summary>
    public void Run(ArrayView<float> rows, int count, float divisor, ArrayView<float> loss) =>
        _mean.LaunchGroups(1, new Operands { Rows = rows, Loss = loss, Count = count, Divisor = divisor });

    [GpuKernel]
    internal static void Mean(Operands o)
    {
        float sum = 0f;
        for (int i = Group.IdxX; i < o.Count; i += Group.DimX) sum += o.Rows[i];
        sum = GroupReduce.Sum(sum);
        if (Group.IdxX == 0) o.Loss[0] = sum / o.Divisor;
    }

    internal struct Operands
    {
        public ArrayView<float> Rows, Loss;
        public int Count;
        public float Divisor;
    }
}
