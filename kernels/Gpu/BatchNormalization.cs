using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Batch normalisation of x <c>[N,C,S]</c>; a group a channel where statistics are taken (the mean first, then the variance around it), a thread an
/// element in inference. Sums are strided partial sums of the threads, added as a tree.
/// </summary>
public sealed class BatchNormalization
{
    private readonly Kernel<ForwardOperands> _forward;
    private readonly Kernel<InferenceOperands> _inference;
    private readonly Kernel<BackwardOperands> _backward;

    /// <summary>Prepares the operation; each part is compiled at its first run.</summary>
    public BatchNormalization(GpuQueue queue) =>
        (_forward, _inference, _backward) = (new(queue, Forward), new(queue, Inference), new(queue, Backward));

    /// <summary>Queues training's forward pass. Overwrites y, mean and inverseDeviation; moves the running statistics.</summary>
    public void RunForward(
        in BatchNormalizationProblem problem, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta,
        ArrayView<float> runningMean, ArrayView<float> runningVariance,
        ArrayView<float> mean, ArrayView<float> inverseDeviation, ArrayView<float> y) =>
        _forward.LaunchGroups(problem.Channels, new ForwardOperands
        {
            X = x, Gamma = gamma, Beta = beta, RunningMean = runningMean, RunningVariance = runningVariance,
            Mean = mean, InverseDeviation = inverseDeviation, Y = y, Momentum = problem.Momentum, Epsilon = problem.Epsilon, Layout = new(problem),
        });

    /// <summary>Queues inference from the running statistics. Overwrites y.</summary>
    public void RunInference(
        in BatchNormalizationProblem problem, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta,
        ArrayView<float> runningMean, ArrayView<float> runningVariance, ArrayView<float> y) =>
        _inference.LaunchThreads(problem.LengthX, new InferenceOperands
        {
            X = x, Gamma = gamma, Beta = beta, RunningMean = runningMean, RunningVariance = runningVariance, Y = y,
            Epsilon = problem.Epsilon, Length = problem.LengthX, Layout = new(problem),
        });

    /// <summary>Queues training's backward pass. Overwrites dx; accumulates dgamma and dbeta.</summary>
    public void RunBackward(
        in BatchNormalizationProblem problem, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> gamma,
        ArrayView<float> mean, ArrayView<float> inverseDeviation, ArrayView<float> dgamma, ArrayView<float> dbeta, ArrayView<float> dx) =>
        _backward.LaunchGroups(problem.Channels, new BackwardOperands
        {
            X = x, Dy = dy, Gamma = gamma, Mean = mean, InverseDeviation = inverseDeviation,
            Dgamma = dgamma, Dbeta = dbeta, Dx = dx, Layout = new(problem),
        });

    [GpuKernel]
    internal static void Forward(ForwardOperands o)
    {
        int channel = Grid.IdxX, population = o.Layout.Population;
        float sum = 0f;
        for (int i = Group.IdxX; i < population; i += Group.DimX) sum += o.X[o.Layout.Index(channel, i)];
        float mean = GroupReduce.Sum(sum) / population;
        float squares = 0f;
        for (int i = Group.IdxX; i < population; i += Group.DimX)
        {
            float deviation = o.X[o.Layout.Index(channel, i)] - mean;
            squares += deviation * deviation;
        }
        squares = GroupReduce.Sum(squares);
        float inverseDeviation = 1f / MathF.Sqrt(squares / population + o.Epsilon);
        if (Group.IdxX == 0)
        {
            o.Mean[channel] = mean;
            o.InverseDeviation[channel] = inverseDeviation;
            o.RunningMean[channel] = (1f - o.Momentum) * o.RunningMean[channel] + o.Momentum * mean;
            float unbiased = squares / IntrinsicMath.Max(population - 1, 1);
            o.RunningVariance[channel] = (1f - o.Momentum) * o.RunningVariance[channel] + o.Momentum * unbiased;
        }
        float scale = o.Gamma[channel] * inverseDeviation, shift = o.Beta[channel];
        for (int i = Group.IdxX; i < population; i += Group.DimX)
        {
            int at = o.Layout.Index(channel, i);
            o.Y[at] = (o.X[at] - mean) * scale + shift;
        }
    }

    [GpuKernel]
    internal static void Inference(InferenceOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        int channel = i / o.Layout.Spatial % o.Layout.Channels;
        float inverseDeviation = 1f / MathF.Sqrt(o.RunningVariance[channel] + o.Epsilon);
        o.Y[i] = (o.X[i] - o.RunningMean[channel]) * (o.Gamma[channel] * inverseDeviation) + o.Beta[channel];
    }

    [GpuKernel]
    internal static void Backward(BackwardOperands o)
    {
        int channel = Grid.IdxX, population = o.Layout.Population;
        float mean = o.Mean[channel], inverseDeviation = o.InverseDeviation[channel], sum = 0f, product = 0f;
        for (int i = Group.IdxX; i < population; i += Group.DimX)
        {
            int at = o.Layout.Index(channel, i);
            sum += o.Dy[at];
            product += o.Dy[at] * ((o.X[at] - mean) * inverseDeviation);
        }
        sum = GroupReduce.Sum(sum);
        product = GroupReduce.Sum(product);
        if (Group.IdxX == 0)
        {
            o.Dbeta[channel] += sum;
            o.Dgamma[channel] += product;
        }
        float scale = o.Gamma[channel] * inverseDeviation, meanDy = sum / population, meanProduct = product / population;
        for (int i = Group.IdxX; i < population; i += Group.DimX)
        {
            int at = o.Layout.Index(channel, i);
            o.Dx[at] = scale * (o.Dy[at] - meanDy - (o.X[at] - mean) * inverseDeviation * meanProduct);
        }
    }

    /// <summary>Where value i of a channel, of its N S values, lies.</summary>
    internal readonly struct ChannelLayout(in BatchNormalizationProblem problem)
    {
        public readonly int Channels = problem.Channels, Spatial = problem.Spatial, Population = problem.Population;

        public int Index(int channel, int i) => (i / Spatial * Channels + channel) * Spatial + i % Spatial;
    }

    internal struct ForwardOperands
    {
        public ArrayView<float> X, Gamma, Beta, RunningMean, RunningVariance, Mean, InverseDeviation, Y;
        public float Momentum, Epsilon;
        public ChannelLayout Layout;
    }

    internal struct InferenceOperands
    {
        public ArrayView<float> X, Gamma, Beta, RunningMean, RunningVariance, Y;
        public float Epsilon;
        public int Length;
        public ChannelLayout Layout;
    }

    internal struct BackwardOperands
    {
        public ArrayView<float> X, Dy, Gamma, Mean, InverseDeviation, Dgamma, Dbeta, Dx;
        public ChannelLayout Layout;
    }
}
