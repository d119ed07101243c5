using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// The way back through training's batch normalisation: one pass over x and dy for the two sums that dgamma, dbeta and dx need, and one that writes
/// dx, which may be dy.
/// </summary>
internal sealed class BatchNormalizationGradients(GpuQueue queue)
{
    private readonly Kernel<FoldOperands> _fold = new(queue, Fold);
    private readonly Kernel<FinishOperands> _finish = new(queue, Finish);
    private readonly Elementwise<Input> _input = new(queue);

    public void Run(
        in BatchNormalizationProblem problem, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> gamma,
        ArrayView<float> mean, ArrayView<float> inverseDeviation, in Corrections corrections, ArrayView<float> dgamma, ArrayView<float> dbeta,
        ArrayView<float> dx)
    {
        var split = new PlaneSplit(queue, problem.Batch, problem.Channels, problem.Spatial, Alignment.AreVectors(x, dy));
        long parts = (long)split.Groups * Interop.SizeOf<PairSum>(), channel = (long)problem.Channels * Interop.SizeOf<Terms>();
        queue.Scratch.Reserve(ScratchMemory.Padded(parts, channel));
        ArrayView<PairSum> partial = queue.Scratch.Take<PairSum>(split.Groups);
        ArrayView<Terms> terms = queue.Scratch.Take<Terms>(problem.Channels);
        _fold.LaunchGroups(split.Groups, new FoldOperands { X = x, Dy = dy, Mean = mean, Parts = partial, Split = split });
        _finish.LaunchThreads(problem.Channels, new FinishOperands
        {
            Parts = partial, Terms = terms, Gamma = gamma, Mean = mean, InverseDeviation = inverseDeviation, Dgamma = dgamma, Dbeta = dbeta,
            Corrections = corrections, Channels = problem.Channels, ChannelParts = split.Parts, Population = problem.Population,
        });
        _input.Launch(problem.LengthX, Alignment.AreVectors(x, dy, dx), new Input { X = x, Dy = dy, Dx = dx, Terms = terms, Planes = new(problem) });
    }

    [GpuKernel]
    internal static void Fold(FoldOperands o)
    {
        var products = new ProductsOf { X = o.X, Dy = o.Dy, Mean = o.Mean[o.Split.Channel] };
        PairSum sums = GroupReduce.Merge(o.Split.Fold(products, default(PairSum)));
        if (Group.IdxX == 0) o.Parts[Grid.IdxX] = sums;
    }

    [GpuKernel]
    internal static void Finish(FinishOperands o)
    {
        int channel = Threads.Index;
        if (Threads.Beyond(channel, o.Channels)) return;
        PairSum sums = o.Parts[channel * o.ChannelParts];
        for (int part = 1; part < o.ChannelParts; part++) sums = PairSum.Merge(sums, o.Parts[channel * o.ChannelParts + part]);
        float inverseDeviation = o.InverseDeviation[channel], product = sums.Second * inverseDeviation, r = o.Corrections.R(channel);
        o.Dbeta[channel] += sums.First;
        o.Dgamma[channel] += product * r + sums.First * o.Corrections.D(channel);
        o.Terms[channel] = new Terms(
            o.Mean[channel], o.Gamma[channel] * r * inverseDeviation, sums.First / o.Population, product / o.Population * inverseDeviation);
    }

    /// <summary>What dx of a channel is made of.</summary>
    internal readonly struct Terms(float mean, float scale, float shift, float slope)
    {
        public readonly float Mean = mean, Scale = scale, Shift = shift, Slope = slope;
    }

    internal struct FoldOperands
    {
        public ArrayView<float> X, Dy, Mean;
        public ArrayView<PairSum> Parts;
        public PlaneSplit Split;
    }

    internal struct FinishOperands
    {
        public ArrayView<PairSum> Parts;
        public ArrayView<Terms> Terms;
        public ArrayView<float> Gamma, Mean, InverseDeviation, Dgamma, Dbeta;
        public int Channels, ChannelParts, Population;
        public Corrections Corrections;
    }

    /// <summary>dx = scale (dy - mean of dy - (x - mean) slope).</summary>
    internal struct Input : IElementwise, IBinary
    {
        public ArrayView<float> X, Dy, Dx;
        public ArrayView<Terms> Terms;
        public ChannelPlanes Planes;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int plane = Planes.PlaneOf(i * TLanes.Count);
            TLanes x = TLanes.Load(X, i), dy = TLanes.Load(Dy, i);
            if (Planes.Holds<TLanes>(plane, i)) TLanes.Store(Dx, i, OfChannel(Planes.ChannelOf(plane), x, dy));
            else TLanes.Store(Dx, i, TLanes.Map(this, i, x, dy));
        }

        public readonly float Of(int i, float x, float dy) => OfChannel(Planes.ChannelOf(Planes.PlaneOf(i)), new Float1(x), new Float1(dy)).X;

        private readonly TLanes OfChannel<TLanes>(int channel, TLanes x, TLanes dy)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            Terms terms = Terms[channel];
            return (dy - terms.Shift - (x - terms.Mean) * terms.Slope) * terms.Scale;
        }
    }

    /// <summary>The sums of dy and of dy (x - mean).</summary>
    private struct ProductsOf : IFold<PairSum>
    {
        public ArrayView<float> X, Dy;
        public float Mean;

        public readonly PairSum One(PairSum state, int i) => new(state.First + Dy[i], state.Second + Dy[i] * (X[i] - Mean));

        public readonly PairSum Four(PairSum state, int i)
        {
            Float4 dy = Float4.Load(Dy, i);
            return new PairSum(state.First + dy.Sum, state.Second + (dy * (Float4.Load(X, i) - Mean)).Sum);
        }
    }
}
