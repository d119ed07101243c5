using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Images with two channels more that say where a cell is, a thread an element.</summary>
public sealed class CoordinateChannels
{
    private readonly Elementwise<Append> _append;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public CoordinateChannels(GpuQueue queue) => _append = new(queue);

    /// <summary>Queues y = [x ; column ; row]. Overwrites y.</summary>
    public void Run(in CoordinateChannelsProblem problem, ArrayView<float> x, ArrayView<float> y) =>
        _append.Launch(problem.LengthY, vectorised: false, new Append
        {
            X = x, Y = y, Image = new(problem.ImageLength + problem.AddedLength), Row = new(problem.Width),
            ImageLength = problem.ImageLength, Height = problem.Height, Scale = problem.Scale,
        });

    internal struct Append : IElementwise, IUnary
    {
        public ArrayView<float> X, Y;
        public FastDivision Image, Row;
        public int ImageLength, Height;
        public float Scale;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Store(Y, i, TLanes.Map(this, i, TLanes.Splat(0f)));

        public readonly float Of(int i, float x)
        {
            int image = Image.Divide(i), at = i - image * Image.Divisor, added = at - ImageLength;
            if (added < 0) x = X[image * ImageLength + at];
            else x = Coordinate(added);
            return x;
        }

        // Of the columns' plane, then of the rows'.
        private readonly float Coordinate(int added)
        {
            int plane = Height * Row.Divisor, at = added, count = Row.Divisor;
            if (added >= plane) at = added - plane;
            int row = Row.Divide(at), i = at - row * Row.Divisor;
            if (added >= plane)
            {
                i = row;
                count = Height;
            }
            int steps = IntrinsicMath.Max(count - 1, 1);
            return Scale * (2 * i - (count - 1)) / steps;
        }
    }
}
