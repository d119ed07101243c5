using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Element-wise sum, the join of a residual block.</summary>
public static unsafe class Add
{
    /// <summary>y = a + b. Overwrites y, which may be a or b.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in ElementwiseProblem problem, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, ThreadTeam team)
    {
        problem.Check(a.Length, b.Length, y.Length);
        fixed (float* pa = a, pb = b, py = y) Elementwise.Run(problem.Length, new Operation { A = pa, B = pb, Y = py }, team);
    }

    private struct Operation : IElementwise
    {
        public float* A, B, Y;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => (TLanes.Load(A + i) + TLanes.Load(B + i)).Store(Y + i);
    }
}
