using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Mean and variance of every channel of x <c>[N,C,S]</c>, in one reading of x, and what training keeps of them. All is computed of the distances
/// from the channel's first value, which keeps their bits where the mean is much larger than the deviation.
/// </summary>
internal sealed class BatchNormalizationStatistics(GpuQueue queue)
{
    private readonly Kernel<FoldOperands> _fold = new(queue, Fold);
    private readonly Kernel<FinishOperands> _finish = new(queue, Finish);

    public void Run(
        in BatchNormalizationProblem problem, ArrayView<float> x, ArrayView<float> runningMean, ArrayView<float> runningVariance,
        ArrayView<float> mean, ArrayView<float> inverseDeviation, in Corrections corrections)
    {
        var split = new PlaneSplit(queue, problem.Batch, problem.Channels, problem.Spatial, Alignment.AreVectors(x));
        queue.Scratch.Reserve((long)split.Groups * Interop.SizeOf<Moments>());
        ArrayView<Moments> parts = queue.Scratch.Take<Moments>(split.Groups);
        _fold.LaunchGroups(split.Groups, new FoldOperands { X = x, Parts = parts, Split = split });
        _finish.LaunchThreads(problem.Channels, new FinishOperands
        {
            X = x, Parts = parts, RunningMean = runningMean, RunningVariance = runningVariance, Mean = mean, InverseDeviation = inverseDeviation,
            Channels = problem.Channels, Spatial = problem.Spatial, ChannelParts = split.Parts,
            Momentum = problem.Momentum, Epsilon = problem.Epsilon, Corrections = corrections,
        });
    }

    [GpuKernel]
    internal static void Fold(FoldOperands o)
    {
        var distances = new MomentsOf { X = o.X, Origin = o.X[o.Split.Channel * o.Split.Plane] };
        Moments moments = GroupReduce.Merge(o.Split.Fold(distances, default(Moments)));
        if (Group.IdxX == 0) o.Parts[Grid.IdxX] = moments;
    }

    [GpuKernel]
    internal static void Finish(FinishOperands o)
    {
        int channel = Threads.Index;
        if (Threads.Beyond(channel, o.Channels)) return;
        Moments moments = o.Parts[channel * o.ChannelParts];
        for (int part = 1; part < o.ChannelParts; part++) moments = Moments.Merge(moments, o.Parts[channel * o.ChannelParts + part]);
        float mean = o.X[channel * o.Spatial] + moments.Mean;
        o.Mean[channel] = mean;
        o.InverseDeviation[channel] = 1f / MathF.Sqrt(moments.Squares / moments.Count + o.Epsilon);
        if (o.Corrections.Exist)
        {
            float variance = moments.Squares / moments.Count + o.Epsilon, running = o.RunningVariance[channel] + o.Epsilon;
            o.Corrections.Set(channel, mean, variance, o.RunningMean[channel], running);
        }
        float unbiased = moments.Squares / IntrinsicMath.Max(moments.Count - 1f, 1f);
        o.RunningMean[channel] = (1f - o.Momentum) * o.RunningMean[channel] + o.Momentum * mean;
        o.RunningVariance[channel] = (1f - o.Momentum) * o.RunningVariance[channel] + o.Momentum * unbiased;
    }

    internal struct FoldOperands
    {
        public ArrayView<float> X;
        public ArrayView<Moments> Parts;
        public PlaneSplit Split;
    }

    internal struct FinishOperands
    {
        public ArrayView<Moments> Parts;
        public ArrayView<float> X, RunningMean, RunningVariance, Mean, InverseDeviation;
        public int Channels, Spatial, ChannelParts;
        public float Momentum, Epsilon;
        public Corrections Corrections;
    }

    private struct MomentsOf : IFold<Moments>
    {
        public ArrayView<float> X;
        public float Origin;

        public readonly Moments One(Moments state, int i) => Moments.Merge(state, Moments.Of(X[i] - Origin));

        public readonly Moments Four(Moments state, int i) => Moments.Merge(state, Moments.Of(Float4.Load(X, i) - Origin));
    }
}
