using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Adam (Kingma, Ba 2015) with decay added to the gradient.</summary>
public sealed class Adam
{
    private readonly Elementwise<Step> _step;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public Adam(GpuQueue queue) => _step = new(queue);

    /// <summary>Queues a step. Updates both moments and the weights.</summary>
    public void Run(
        in AdamProblem problem, ArrayView<float> gradient, ArrayView<float> firstMoment, ArrayView<float> secondMoment, ArrayView<float> weights) =>
        _step.Launch(problem.Length, Alignment.AreVectors(gradient, firstMoment, secondMoment, weights), new Step
        {
            Gradient = gradient, FirstMoment = firstMoment, SecondMoment = secondMoment, Weights = weights,
            Rate = problem.Rate, Decay = problem.Decay, Beta1 = problem.Beta1, Beta2 = problem.Beta2, Epsilon = problem.Epsilon,
            Correction1 = problem.Correction1, Correction2 = problem.Correction2,
        });

    internal struct Step : IElementwise
    {
        public ArrayView<float> Gradient, FirstMoment, SecondMoment, Weights;
        public float Rate, Decay, Beta1, Beta2, Epsilon, Correction1, Correction2;

        public readonly void At<TLanes>(int i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes weights = TLanes.Load(Weights, i), gradient = TLanes.Load(Gradient, i) + weights * Decay;
            TLanes first = TLanes.Load(FirstMoment, i) * Beta1 + gradient * (1f - Beta1);
            TLanes second = TLanes.Load(SecondMoment, i) * Beta2 + gradient * (1f - Beta2) * gradient;
            TLanes.Store(FirstMoment, i, first);
            TLanes.Store(SecondMoment, i, second);
            TLanes.Store(Weights, i, weights - first * Correction1 * Rate / (TLanes.Sqrt(second * Correction2) + Epsilon));
        }
    }
}
