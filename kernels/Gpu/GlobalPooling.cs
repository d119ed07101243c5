using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Global average pooling, x <c>[N,C,S]</c> to y <c>[N,C]</c>; forward some threads a plane, as many as it has 128-bit words, up to a group.
/// </summary>
public sealed class GlobalPooling
{
    private readonly GpuQueue _queue;
    private readonly Kernel<ForwardOperands> _forward;
    private readonly Elementwise<Backward> _backward;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public GlobalPooling(GpuQueue queue) => (_queue, _forward, _backward) = (queue, new(queue, Forward), new(queue));

    /// <summary>Queues y = the means. Overwrites y.</summary>
    public void RunForward(in GlobalPoolingProblem problem, ArrayView<float> x, ArrayView<float> y)
    {
        bool vectorised = Alignment.AreVectors(x);
        int lanes = Stretch.Lanes(problem.Spatial, vectorised, _queue.GroupSize);
        _forward.LaunchThreads((long)problem.LengthY * lanes, new ForwardOperands
        {
            X = x, Y = y, Planes = problem.LengthY, Spatial = problem.Spatial, Lanes = lanes, Vectorised = vectorised ? 1 : 0,
        });
    }

    /// <summary>Queues dx = dy / S. Overwrites dx.</summary>
    public void RunBackward(in GlobalPoolingProblem problem, ArrayView<float> dy, ArrayView<float> dx) => _backward.Launch(
        problem.LengthX, Alignment.AreVectors(dx), new Backward { Dy = dy, Dx = dx, Spatial = new(problem.Spatial), Share = 1f / problem.Spatial });

    [GpuKernel]
    internal static void Forward(ForwardOperands o)
    {
        int lane = Group.IdxX % o.Lanes, plane = Grid.IdxX * (Group.DimX / o.Lanes) + Group.IdxX / o.Lanes;
        float sum = 0f;
        if (plane < o.Planes) sum = Stretch.Fold(new SumOf(o.X), 0f, plane * o.Spatial, (plane + 1) * o.Spatial, o.Vectorised, lane, o.Lanes);
        sum = GroupReduce.Sum(sum, o.Lanes);
        if (plane < o.Planes && lane == 0) o.Y[plane] = sum / o.Spatial;
    }

    internal struct ForwardOperands
    {
        public ArrayView<float> X, Y;
        public int Planes, Spatial, Lanes, Vectorised;
    }

    internal struct Backward : IElementwise, IUnary
    {
        public ArrayView<float> Dy, Dx;
        public FastDivision Spatial;
        public float Share;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Dx, i, TLanes.Map(this, i, TLanes.Splat(Share)));

        public readonly float Of(int i, float share) => Dy[Spatial.Divide(i)] * share;
    }
}
