using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Stochastic gradient descent with momentum (Polyak 1964), in the form of Caffe and PyTorch.</summary>
public static class MomentumSgd
{
    /// <summary><c>velocity = momentum velocity + (gradient + decay weights); weights -= rate velocity</c>. Updates velocity and weights.</summary>
    public static void Run(in MomentumSgdProblem problem, ReadOnlySpan<double> gradient, Span<double> velocity, Span<double> weights)
    {
        problem.Check(gradient.Length, velocity.Length, weights.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            velocity[i] = problem.Momentum * velocity[i] + (gradient[i] + problem.Decay * weights[i]);
            weights[i] -= problem.Rate * velocity[i];
        }
    }
}
