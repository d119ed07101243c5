using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>One operand into another.</summary>
public static unsafe class Copy
{
    /// <summary>destination[i] = source[i]. Overwrites destination.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in ElementwiseProblem problem, ReadOnlySpan<float> source, Span<float> destination, ThreadTeam team)
    {
        problem.Check(source.Length, destination.Length);
        fixed (float* from = source, to = destination) Elementwise.Run(problem.Length, new Operation { Source = from, Destination = to }, team);
    }

    private struct Operation : IElementwise
    {
        public float* Source, Destination;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => TLanes.Load(Source + i).Store(Destination + i);
    }
}
