using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>A step of stochastic gradient descent with momentum.</summary>
public static unsafe class MomentumSgd
{
    /// <summary>velocity = momentum velocity + (gradient + decay weights); weights -= rate velocity. Both updated in place.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in MomentumSgdProblem problem, ReadOnlySpan<float> gradient, Span<float> velocity, Span<float> weights, ThreadTeam team)
    {
        problem.Check(gradient.Length, velocity.Length, weights.Length);
        fixed (float* g = gradient, v = velocity, w = weights)
        {
            var operation = new Operation
            {
                Gradient = g, Velocity = v, Weights = w, Rate = problem.Rate, Momentum = problem.Momentum, Decay = problem.Decay,
            };
            Elementwise.Run(problem.Length, operation, team);
        }
    }

    private struct Operation : IElementwise
    {
        public float* Gradient, Velocity, Weights;
        public float Rate, Momentum, Decay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes w = TLanes.Load(Weights + i);
            TLanes descent = TLanes.MultiplyAdd(TLanes.All(Decay), w, TLanes.Load(Gradient + i));
            TLanes v = TLanes.MultiplyAdd(TLanes.All(Momentum), TLanes.Load(Velocity + i), descent);
            v.Store(Velocity + i);
            (w - TLanes.All(Rate) * v).Store(Weights + i);
        }
    }
}
