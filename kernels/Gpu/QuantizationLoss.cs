using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>How far embeddings are from their targets, with its gradient: a pass of groups, and a group that adds up their sums in order.</summary>
public sealed class QuantizationLoss
{
    private const int MostGroups = 256;

    private readonly GpuQueue _queue;
    private readonly Kernel<Operands> _differences, _total;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public QuantizationLoss(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _differences, _total) = (queue, new(queue, Differences), new(queue, Total));
    }

    /// <summary>Queues loss[1] and adds to the gradient.</summary>
    public void Run(
        in QuantizationLossProblem problem, ArrayView<float> embeddings, ArrayView<float> targets, ArrayView<float> loss, ArrayView<float> gradient)
    {
        int groups = Math.Min(Blocks.Covering(problem.LengthEmbeddings, _queue.GroupSize), MostGroups);
        _queue.Scratch.Reserve(ScratchMemory.Padded(sizeof(float) * (long)groups));
        var operands = new Operands
        {
            Embeddings = embeddings, Targets = problem.Signs ? embeddings : targets, Loss = loss, Gradient = gradient,
            Sums = _queue.Scratch.Take<float>(groups),
            Length = problem.LengthEmbeddings, Groups = groups, Signs = problem.Signs ? 1 : 0, Scale = problem.Scale, Mean = 1f / problem.Count,
        };
        _differences.LaunchGroups(groups, operands);
        _total.LaunchGroups(1, operands);
    }

    [GpuKernel]
    internal static void Differences(Operands o)
    {
        float sum = 0f;
        for (int i = Grid.IdxX * Group.DimX + Group.IdxX; i < o.Length; i += o.Groups * Group.DimX)
        {
            float e = o.Embeddings[i], sign = e >= 0f ? 1f : -1f, target = o.Signs != 0 ? sign : o.Targets[i], difference = e - target;
            sum += difference * difference;
            o.Gradient[i] += o.Scale * difference;
        }
        sum = GroupReduce.Sum(sum);
        if (Group.IdxX == 0) o.Sums[Grid.IdxX] = sum;
    }

    [GpuKernel]
    internal static void Total(Operands o)
    {
        float sum = 0f;
        for (int i = Group.IdxX; i < o.Groups; i += Group.DimX) sum += o.Sums[i];
        sum = GroupReduce.Sum(sum);
        if (Group.IdxX == 0) o.Loss[0] = sum * o.Mean;
    }

    internal struct Operands
    {
        public ArrayView<float> Embeddings, Targets, Loss, Gradient, Sums;
        public int Length, Groups, Signs;
        public float Scale, Mean;
    }
}
