using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Row-wise concatenation and its inverse; a thread an element of y.</summary>
public sealed class Concatenate
{
    private readonly Kernel<Operands> _forward;
    private readonly Kernel<Operands> _backward;

    /// <summary>Prepares the operation; each direction is compiled at its first run.</summary>
    public Concatenate(GpuQueue queue) => (_forward, _backward) = (new(queue, Forward), new(queue, Backward));

    /// <summary>Queues y = [a ; b]. Overwrites y.</summary>
    public void RunForward(in ConcatenateProblem problem, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) =>
        _forward.LaunchThreads(problem.LengthY, OperandsOf(problem, a, b, y));

    /// <summary>Queues [da ; db] = dy. Overwrites both.</summary>
    public void RunBackward(in ConcatenateProblem problem, ArrayView<float> dy, ArrayView<float> da, ArrayView<float> db) =>
        _backward.LaunchThreads(problem.LengthY, OperandsOf(problem, da, db, dy));

    [GpuKernel]
    internal static void Forward(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        int row = i / (o.ColumnsA + o.ColumnsB), column = i % (o.ColumnsA + o.ColumnsB);
        o.Y[i] = column < o.ColumnsA ? o.A[row * o.ColumnsA + column] : o.B[row * o.ColumnsB + column - o.ColumnsA];
    }

    [GpuKernel]
    internal static void Backward(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        int row = i / (o.ColumnsA + o.ColumnsB), column = i % (o.ColumnsA + o.ColumnsB);
        if (column < o.ColumnsA) o.A[row * o.ColumnsA + column] = o.Y[i];
        else o.B[row * o.ColumnsB + column - o.ColumnsA] = o.Y[i];
    }

    private static Operands OperandsOf(in ConcatenateProblem problem, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) =>
        new() { A = a, B = b, Y = y, ColumnsA = problem.A, ColumnsB = problem.B, Length = problem.LengthY };

    internal struct Operands
    {
        public ArrayView<float> A, B, Y;
        public int ColumnsA, ColumnsB, Length;
    }
}
