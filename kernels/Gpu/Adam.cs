using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Adam (Kingma, Ba 2015) with decay added to the gradient; a thread a parameter.</summary>
public sealed class Adam
{
    private readonly Kernel<Operands> _step;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Adam(GpuQueue queue) => _step = new(queue, Step);

    /// <summary>Queues a step. Updates both moments and the weights.</summary>
    public void Run(
        in AdamProblem problem, ArrayView<float> gradient, ArrayView<float> firstMoment, ArrayView<float> secondMoment, ArrayView<float> weights) =>
        _step.LaunchThreads(problem.Length, new Operands
        {
            Gradient = gradient, FirstMoment = firstMoment, SecondMoment = secondMoment, Weights = weights,
            Rate = problem.Rate, Decay = problem.Decay, Beta1 = problem.Beta1, Beta2 = problem.Beta2, Epsilon = problem.Epsilon,
            Correction1 = problem.Correction1, Correction2 = problem.Correction2, Length = problem.Length,
        });

    [GpuKernel]
    internal static void Step(Operands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        float gradient = o.Gradient[i] + o.Decay * o.Weights[i];
        float first = o.Beta1 * o.FirstMoment[i] + (1f - o.Beta1) * gradient;
        float second = o.Beta2 * o.SecondMoment[i] + (1f - o.Beta2) * gradient * gradient;
        o.FirstMoment[i] = first;
        o.SecondMoment[i] = second;
        o.Weights[i] -= o.Rate * (first * o.Correction1) / (MathF.Sqrt(second * o.Correction2) + o.Epsilon);
    }

    internal struct Operands
    {
        public ArrayView<float> Gradient, FirstMoment, SecondMoment, Weights;
        public float Rate, Decay, Beta1, Beta2, Epsilon, Correction1, Correction2;
        public int Length;
    }
}
