using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Batch normalisation of x <c>[N,C,S]</c>. Training reads x twice and writes y once: groups fold parts of each channel, the parts are merged in
/// order, and an elementwise pass normalises. Backward does the same with x and dy. Inference is the last pass alone.
/// </summary>
public sealed class BatchNormalization
{
    private readonly GpuQueue _queue;
    private readonly BatchNormalizationStatistics _statistics;
    private readonly BatchNormalizationGradients _gradients;
    private readonly Elementwise<Normalise> _normalise;

    /// <summary>Prepares the operation; each part is compiled at its first run.</summary>
    public BatchNormalization(GpuQueue queue) =>
        (_queue, _statistics, _gradients, _normalise) = (queue, new(queue), new(queue), new(queue));

    /// <summary>Queues training's forward pass. Overwrites y, mean and inverseDeviation; moves the running statistics.</summary>
    public void RunForward(
        in BatchNormalizationProblem problem, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta,
        ArrayView<float> runningMean, ArrayView<float> runningVariance,
        ArrayView<float> mean, ArrayView<float> inverseDeviation, ArrayView<float> y) =>
        RunForward(problem, x, gamma, beta, runningMean, runningVariance, mean, inverseDeviation, new Corrections(x), y);

    /// <summary>Queues batch renormalisation's forward pass. Overwrites y, mean, inverseDeviation and corrections; moves the running statistics.</summary>
    public void RunForward(
        in BatchRenormalizationProblem problem, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> runningMean,
        ArrayView<float> runningVariance, ArrayView<float> mean, ArrayView<float> inverseDeviation, ArrayView<float> corrections, ArrayView<float> y) =>
        RunForward(problem.Normalization, x, gamma, beta, runningMean, runningVariance, mean, inverseDeviation, new Corrections(problem, corrections), y);

    /// <summary>Queues inference from the running statistics. Overwrites y.</summary>
    public void RunInference(
        in BatchNormalizationProblem problem, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta,
        ArrayView<float> runningMean, ArrayView<float> runningVariance, ArrayView<float> y) =>
        _normalise.Launch(problem.LengthX, Alignment.AreVectors(x, y), new Normalise
        {
            X = x, Gamma = gamma, Beta = beta, Mean = runningMean, Spread = runningVariance, Y = y, Planes = new(problem),
            SpreadIsVariance = 1, Epsilon = problem.Epsilon, Corrections = new(x),
        });

    /// <summary>Queues training's backward pass. Overwrites dx; accumulates dgamma and dbeta.</summary>
    public void RunBackward(
        in BatchNormalizationProblem problem, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> gamma,
        ArrayView<float> mean, ArrayView<float> inverseDeviation, ArrayView<float> dgamma, ArrayView<float> dbeta, ArrayView<float> dx) =>
        _gradients.Run(problem, x, dy, gamma, mean, inverseDeviation, new Corrections(x), dgamma, dbeta, dx);

    /// <summary>Queues batch renormalisation's backward pass. Overwrites dx; accumulates dgamma and dbeta.</summary>
    public void RunBackward(
        in BatchRenormalizationProblem problem, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> gamma, ArrayView<float> mean,
        ArrayView<float> inverseDeviation, ArrayView<float> corrections, ArrayView<float> dgamma, ArrayView<float> dbeta, ArrayView<float> dx) =>
        _gradients.Run(problem.Normalization, x, dy, gamma, mean, inverseDeviation, new Corrections(problem, corrections), dgamma, dbeta, dx);

    private void RunForward(
        in BatchNormalizationProblem problem, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> runningMean,
        ArrayView<float> runningVariance, ArrayView<float> mean, ArrayView<float> inverseDeviation, in Corrections corrections, ArrayView<float> y)
    {
        _statistics.Run(problem, x, runningMean, runningVariance, mean, inverseDeviation, corrections);
        _normalise.Launch(problem.LengthX, Alignment.AreVectors(x, y), new Normalise
        {
            X = x, Gamma = gamma, Beta = beta, Mean = mean, Spread = inverseDeviation, Y = y, Planes = new(problem), Corrections = corrections,
        });
    }

    /// <summary>y = gamma ((x - mean) / deviation r + d) + beta.</summary>
    internal struct Normalise : IElementwise, IUnary
    {
        // Spread is the inverse deviation, or the variance.
        public ArrayView<float> X, Gamma, Beta, Mean, Spread, Y;
        public int SpreadIsVariance;
        public float Epsilon;
        public ChannelPlanes Planes;
        public Corrections Corrections;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int plane = Planes.PlaneOf(i * TLanes.Count);
            TLanes x = TLanes.Load(X, i);
            if (Planes.Holds<TLanes>(plane, i)) TLanes.Store(Y, i, OfChannel(Planes.ChannelOf(plane), x));
            else TLanes.Store(Y, i, TLanes.Map(this, i, x));
        }

        public readonly float Of(int i, float x) => OfChannel(Planes.ChannelOf(Planes.PlaneOf(i)), new Float1(x)).X;

        private readonly TLanes OfChannel<TLanes>(int channel, TLanes x)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float spread = Spread[channel], inverseDeviation = SpreadIsVariance != 0 ? 1f / MathF.Sqrt(spread + Epsilon) : spread;
            float gamma = Gamma[channel], shift = Beta[channel] + gamma * Corrections.D(channel);
            return (x - Mean[channel]) * (gamma * Corrections.R(channel) * inverseDeviation) + shift;
        }
    }
}

/// <summary>Which channel an element of <c>[N,C,S]</c> belongs to.</summary>
internal readonly struct ChannelPlanes(in BatchNormalizationProblem problem)
{
    private readonly FastDivision _plane = new(problem.Spatial), _channels = new(problem.Channels);

    public int PlaneOf(int i) => _plane.Divide(i);

    public int ChannelOf(int plane) => _channels.Remainder(plane);

    /// <summary>All lanes of number <paramref name="i"/> lie in <paramref name="plane"/>, the first one's.</summary>
    public bool Holds<TLanes>(int plane, int i)
        where TLanes : unmanaged, ILanes<TLanes> => (i + 1) * TLanes.Count <= (plane + 1) * _plane.Divisor;
}
