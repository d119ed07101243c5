using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Mean cross entropy of softmax and its gradient; up to a group a row, a thread a class, then one group for the mean of the rows' losses.
/// </summary>
public sealed class SoftmaxCrossEntropy
{
    private readonly GpuQueue _queue;
    private readonly Kernel<RowOperands> _rows;
    private readonly LossMean _mean;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public SoftmaxCrossEntropy(GpuQueue queue) => (_queue, _rows, _mean) = (queue, new(queue, Rows), new(queue));

    /// <summary>Queues loss[1] and gradient[N,C]. Overwrites both.</summary>
    public void Run(
        in SoftmaxCrossEntropyProblem problem, ArrayView<float> logits, ArrayView<int> labels, ArrayView<float> loss, ArrayView<float> gradient)
    {
        _queue.Scratch.Reserve(problem.Batch * sizeof(float));
        ArrayView<float> losses = _queue.Scratch.Take<float>(problem.Batch);
        int lanes = Stretch.Lanes(2 * problem.Classes - 1, false, _queue.GroupSize);
        _rows.LaunchThreads((long)problem.Batch * lanes, new RowOperands
        {
            Logits = logits, Labels = labels, Losses = losses, Gradient = gradient, Batch = problem.Batch, Classes = problem.Classes, Lanes = lanes,
        });
        _mean.Run(losses, problem.Batch, problem.Batch, loss);
    }

    [GpuKernel]
    internal static void Rows(RowOperands o)
    {
        int lane = Group.IdxX % o.Lanes, row = Grid.IdxX * (Group.DimX / o.Lanes) + Group.IdxX / o.Lanes, start = row * o.Classes;
        int classes = row < o.Batch ? o.Classes : 0;
        float largest = float.NegativeInfinity;
        for (int c = lane; c < classes; c += o.Lanes)
        {
            if (o.Logits[start + c] > largest) largest = o.Logits[start + c];
        }
        largest = GroupReduce.Maximum(largest, o.Lanes);
        float sum = 0f;
        for (int c = lane; c < classes; c += o.Lanes) sum += MathF.Exp(o.Logits[start + c] - largest);
        sum = GroupReduce.Sum(sum, o.Lanes);
        if (row >= o.Batch) return;
        int label = o.Labels[row];
        for (int c = lane; c < classes; c += o.Lanes)
        {
            float probability = MathF.Exp(o.Logits[start + c] - largest) / sum;
            o.Gradient[start + c] = (c == label ? probability - 1f : probability) / o.Batch;
        }
        if (lane == 0) o.Losses[row] = MathF.Log(sum) + (largest - o.Logits[start + label]);
    }

    internal struct RowOperands
    {
        public ArrayView<float> Logits, Losses, Gradient;
        public ArrayView<int> Labels;
        public int Batch, Classes, Lanes;
    }
}
