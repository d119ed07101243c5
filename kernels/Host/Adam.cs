using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>A step of Adam (Kingma, Ba 2015).</summary>
public static unsafe class Adam
{
    /// <summary>m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; weights -= rate (m c1) / (sqrt(v c2) + epsilon). All three updated in place.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(
        in AdamProblem problem, ReadOnlySpan<float> gradient, Span<float> firstMoment, Span<float> secondMoment, Span<float> weights, ThreadTeam team)
    {
        problem.Check(gradient.Length, firstMoment.Length, secondMoment.Length, weights.Length);
        fixed (float* g = gradient, m = firstMoment, v = secondMoment, w = weights)
        {
            var operation = new Operation
            {
                Gradient = g, First = m, Second = v, Weights = w,
                Beta1 = problem.Beta1, Beta2 = problem.Beta2, Decay = problem.Decay, Epsilon = problem.Epsilon,
                Rate = problem.Rate, Correction1 = problem.Correction1, Correction2 = problem.Correction2,
            };
            Elementwise.Run(problem.Length, operation, team);
        }
    }

    private struct Operation : IElementwise
    {
        public float* Gradient, First, Second, Weights;
        public float Beta1, Beta2, Decay, Epsilon, Rate, Correction1, Correction2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes w = TLanes.Load(Weights + i);
            TLanes g = TLanes.MultiplyAdd(TLanes.All(Decay), w, TLanes.Load(Gradient + i));
            TLanes m = TLanes.MultiplyAdd(TLanes.All(Beta1), TLanes.Load(First + i), TLanes.All(1f - Beta1) * g);
            TLanes v = TLanes.MultiplyAdd(TLanes.All(Beta2), TLanes.Load(Second + i), TLanes.All(1f - Beta2) * (g * g));
            m.Store(First + i);
            v.Store(Second + i);
            TLanes root = TLanes.Sqrt(v * TLanes.All(Correction2)) + TLanes.All(Epsilon);
            (w - TLanes.All(Rate) * (m * TLanes.All(Correction1)) / root).Store(Weights + i);
        }
    }
}
