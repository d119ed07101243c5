using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>One value everywhere.</summary>
public static unsafe class Fill
{
    /// <summary>destination[i] = value. Overwrites destination.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in ElementwiseProblem problem, float value, Span<float> destination, ThreadTeam team)
    {
        problem.Check(destination.Length, destination.Length);
        fixed (float* p = destination) Elementwise.Run(problem.Length, new Operation { Destination = p, Value = value }, team);
    }

    private struct Operation : IElementwise
    {
        public float* Destination;
        public float Value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => TLanes.All(Value).Store(Destination + i);
    }
}
