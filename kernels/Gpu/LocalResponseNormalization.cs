using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Local response normalisation of x <c>[N,C,S]</c> across channels, element by element; the channels around one come from the cache, and from
/// neighbours of its neighbours where four positions are taken at once. Backward first keeps what all channels around ask of an element.
/// </summary>
public sealed class LocalResponseNormalization
{
    private readonly GpuQueue _queue;
    private readonly Elementwise<Forward> _forward;
    private readonly Elementwise<Terms> _terms;
    private readonly Elementwise<Backward> _backward;

    /// <summary>Prepares the operation; each part is compiled at its first run.</summary>
    public LocalResponseNormalization(GpuQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        (_queue, _forward, _terms, _backward) = (queue, new(queue), new(queue), new(queue));
    }

    /// <summary>Queues y = x scale^-beta. Overwrites y.</summary>
    public void RunForward(in LocalResponseNormalizationProblem problem, ArrayView<float> x, ArrayView<float> y)
    {
        bool vectorised = IsVectorised(problem, x, y);
        _forward.Launch(problem.Length, vectorised, new Forward { X = x, Y = y, Window = new(problem, vectorised) });
    }

    /// <summary>Queues dx = dy scale^-beta - 2 alpha beta x sum of dy x scale^(-beta-1). Overwrites dx.</summary>
    public void RunBackward(in LocalResponseNormalizationProblem problem, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx)
    {
        bool vectorised = IsVectorised(problem, x, dy, dx);
        var window = new ChannelWindow(problem, vectorised);
        long bytes = (long)problem.Length * sizeof(float);
        _queue.Scratch.Reserve(ScratchMemory.Padded(bytes, bytes));
        ArrayView<float> powers = _queue.Scratch.Take<float>(problem.Length), terms = _queue.Scratch.Take<float>(problem.Length);
        _terms.Launch(problem.Length, vectorised, new Terms { X = x, Dy = dy, Powers = powers, Products = terms, Window = window });
        _backward.Launch(problem.Length, vectorised, new Backward { X = x, Dy = dy, Dx = dx, Powers = powers, Products = terms, Window = window });
    }

    private static bool IsVectorised(in LocalResponseNormalizationProblem problem, params ReadOnlySpan<ArrayView<float>> operands)
    {
        bool vectorised = problem.Spatial % Float4.Count == 0;
        foreach (ArrayView<float> operand in operands) vectorised &= Alignment.AreVectors(operand);
        return vectorised;
    }

    /// <summary>The channels around an element, counted in the lanes of the launch.</summary>
    internal readonly struct ChannelWindow(in LocalResponseNormalizationProblem problem, bool vectorised)
    {
        private readonly FastDivision _plane = new(vectorised ? problem.Spatial / Float4.Count : problem.Spatial), _channels = new(problem.Channels);
        private readonly int _reach = problem.Reach;

        public readonly float Alpha = problem.Alpha, Beta = problem.Beta, K = problem.K;

        /// <summary>The sum over the channels around.</summary>
        public TLanes Sum<TLanes>(ArrayView<float> values, int i, bool squares)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int channel = _channels.Remainder(_plane.Divide(i)), last = IntrinsicMath.Min(channel + _reach, _channels.Divisor - 1);
            TLanes sum = TLanes.Splat(0f);
            for (int other = IntrinsicMath.Max(channel - _reach, 0); other <= last; other++)
            {
                TLanes value = TLanes.Load(values, i + (other - channel) * _plane.Divisor);
                sum += squares ? value * value : value;
            }
            return sum;
        }

        public TLanes Scale<TLanes>(ArrayView<float> x, int i)
            where TLanes : unmanaged, ILanes<TLanes> => Sum<TLanes>(x, i, squares: true) * Alpha + K;
    }

    internal struct Forward : IElementwise
    {
        public ArrayView<float> X, Y;
        public ChannelWindow Window;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> =>
            TLanes.Store(Y, i, TLanes.Load(X, i) * TLanes.Power(Window.Scale<TLanes>(X, i), -Window.Beta));
    }

    internal struct Terms : IElementwise
    {
        public ArrayView<float> X, Dy, Powers, Products;
        public ChannelWindow Window;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes scale = Window.Scale<TLanes>(X, i), power = TLanes.Power(scale, -Window.Beta);
            TLanes.Store(Powers, i, power);
            TLanes.Store(Products, i, TLanes.Load(Dy, i) * TLanes.Load(X, i) * power / scale);
        }
    }

    internal struct Backward : IElementwise
    {
        public ArrayView<float> X, Dy, Dx, Powers, Products;
        public ChannelWindow Window;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes sum = Window.Sum<TLanes>(Products, i, squares: false) * (2f * Window.Alpha * Window.Beta);
            TLanes.Store(Dx, i, TLanes.Load(Dy, i) * TLanes.Load(Powers, i) - TLanes.Load(X, i) * sum);
        }
    }
}
