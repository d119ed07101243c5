using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Row-wise concatenation and its inverse; four elements at a time where the lengths of both parts of a row are multiples of four.</summary>
public sealed class Concatenate
{
    private readonly Elementwise<Forward> _forward;
    private readonly Elementwise<Backward> _backward;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public Concatenate(GpuQueue queue) => (_forward, _backward) = (new(queue), new(queue));

    /// <summary>Queues y = [a ; b]. Overwrites y.</summary>
    public void RunForward(in ConcatenateProblem problem, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y)
    {
        bool vectorised = IsVectorised(problem, a, b, y);
        _forward.Launch(problem.LengthY, vectorised, new Forward { A = a, B = b, Y = y, Rows = new(problem, vectorised) });
    }

    /// <summary>Queues [da ; db] = dy. Overwrites both.</summary>
    public void RunBackward(in ConcatenateProblem problem, ArrayView<float> dy, ArrayView<float> da, ArrayView<float> db)
    {
        bool vectorised = IsVectorised(problem, dy, da, db);
        _backward.Launch(problem.LengthY, vectorised, new Backward { Dy = dy, Da = da, Db = db, Rows = new(problem, vectorised) });
    }

    private static bool IsVectorised(in ConcatenateProblem problem, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) =>
        problem.A % Float4.Count == 0 && problem.B % Float4.Count == 0 && Alignment.AreVectors(a, b, y);

    /// <summary>Rows of both parts, counted in the lanes of the launch.</summary>
    internal readonly struct RowLayout(in ConcatenateProblem problem, bool vectorised)
    {
        public readonly int A = vectorised ? problem.A / Float4.Count : problem.A, B = vectorised ? problem.B / Float4.Count : problem.B;
        public readonly FastDivision Both = new(vectorised ? (problem.A + problem.B) / Float4.Count : problem.A + problem.B);
    }

    internal struct Forward : IElementwise
    {
        public ArrayView<float> A, B, Y;
        public RowLayout Rows;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int row = Rows.Both.Divide(i), column = i - row * Rows.Both.Divisor;
            if (column < Rows.A) TLanes.Store(Y, i, TLanes.Load(A, row * Rows.A + column));
            else TLanes.Store(Y, i, TLanes.Load(B, row * Rows.B + column - Rows.A));
        }
    }

    internal struct Backward : IElementwise
    {
        public ArrayView<float> Dy, Da, Db;
        public RowLayout Rows;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int row = Rows.Both.Divide(i), column = i - row * Rows.Both.Divisor;
            if (column < Rows.A) TLanes.Store(Da, row * Rows.A + column, TLanes.Load(Dy, i));
            else TLanes.Store(Db, row * Rows.B + column - Rows.A, TLanes.Load(Dy, i));
        }
    }
}
