using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Stochastic gradient descent with momentum.</summary>
public sealed class MomentumSgd
{
    private readonly Elementwise<Step> _step;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public MomentumSgd(GpuQueue queue) => _step = new(queue);

    /// <summary>Queues v = momentum v + (g + decay w); w -= rate v. Updates velocity and weights.</summary>
    public void Run(in MomentumSgdProblem problem, ArrayView<float> gradient, ArrayView<float> velocity, ArrayView<float> weights) =>
        _step.Launch(problem.Length, Alignment.AreVectors(gradient, velocity, weights), new Step
        {
            Gradient = gradient, Velocity = velocity, Weights = weights, Rate = problem.Rate, Momentum = problem.Momentum, Decay = problem.Decay,
        });

    internal struct Step : IElementwise
    {
        public ArrayView<float> Gradient, Velocity, Weights;
        public float Rate, Momentum, Decay;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes weights = TLanes.Load(Weights, i);
            TLanes velocity = TLanes.Load(Velocity, i) * Momentum + (TLanes.Load(Gradient, i) + weights * Decay);
            TLanes.Store(Velocity, i, velocity);
            TLanes.Store(Weights, i, weights - velocity * Rate);
        }
    }
}
