using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Stochastic gradient descent with momentum; a thread a parameter.</summary>
public sealed class MomentumSgd
{
    private readonly Kernel<Operands> _step;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public MomentumSgd(GpuQueue queue) => _step = new(queue, Step);

    /// <summary>Queues v = momentum v + (g + decay w); w -= rate v. Updates velocity and weights.</summary>
    public void Run(in MomentumSgdProblem problem, ArrayView<float> gradient, ArrayView<float> velocity, ArrayView<float> weights) =>
        _step.LaunchThreads(problem.Length, new Operands
        {
            Gradient = gradient, Velocity = velocity, Weights = weights,
            Rate = problem.Rate, Momentum = problem.Momentum, Decay = problem.Decay, Length = problem.Length,
        });

    [GpuKernel]
    internal static void Step(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        float velocity = o.Momentum * o.Velocity[i] + (o.Gradient[i] + o.Decay * o.Weights[i]);
        o.Velocity[i] = velocity;
        o.Weights[i] -= o.Rate * velocity;
    }

    internal struct Operands
    {
        public ArrayView<float> Gradient, Velocity, Weights;
        public float Rate, Momentum, Decay;
        public int Length;
    }
}
