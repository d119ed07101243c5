using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Adam (Kingma, Ba 2015, algorithm 1), weight decay added to the gradient.</summary>
public static class Adam
{
    /// <summary>
    /// <c>g = gradient + decay weights; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
    /// weights -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)</c>. Updates both moments and the weights.
    /// </summary>
    public static void Run(
        in AdamProblem problem, ReadOnlySpan<double> gradient, Span<double> firstMoment, Span<double> secondMoment, Span<double> weights)
    {
        problem.Check(gradient.Length, firstMoment.Length, secondMoment.Length, weights.Length);
        double beta1 = problem.Beta1, beta2 = problem.Beta2;
        double correction1 = 1 - Math.Pow(beta1, problem.Step), correction2 = 1 - Math.Pow(beta2, problem.Step);
        for (int i = 0; i < weights.Length; i++)
        {
            double g = gradient[i] + problem.Decay * weights[i];
            firstMoment[i] = beta1 * firstMoment[i] + (1 - beta1) * g;
            secondMoment[i] = beta2 * secondMoment[i] + (1 - beta2) * g * g;
            weights[i] -= problem.Rate * (firstMoment[i] / correction1) / (Math.Sqrt(secondMoment[i] / correction2) + problem.Epsilon);
        }
    }
}
