using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// The pairwise similarity loss of IDHN (Zhang et al., IEEE TMM 2019): the inner products of all pairs by one matrix product, their derivatives in
/// the same place, the gradient by another. Terms in float, sums in double.
/// </summary>
public static unsafe class PairwiseSimilarityLoss
{
    /// <summary>Overwrites gradient[N,D] and loss[1]; similarity[N,N] is symmetric.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(
        in PairwiseSimilarityProblem problem, ReadOnlySpan<float> embeddings, ReadOnlySpan<float> similarity, Span<float> gradient, Span<float> loss,
        ThreadTeam team)
    {
        problem.Check(embeddings.Length, similarity.Length, gradient.Length, loss.Length);
        int batch = problem.Batch, dimensions = problem.Dimensions;
        // No task asks for scratch memory, and products have memory of their own, so worker 0's serves all.
        double* losses = team.Scratch(0).Get<double>(batch + (problem.LengthSimilarity + (long)team.Threads * batch + 1) / 2);
        float* products = (float*)(losses + batch);
        var matrix = new Span<float>(products, problem.LengthSimilarity);
        Gemm.Run(new GemmProblem(batch, batch, dimensions, transposeB: true), embeddings, embeddings, [], matrix, team);
        fixed (float* s = similarity)
        {
            var rows = new Rows
            {
                Products = products, Similarity = s, Terms = products + problem.LengthSimilarity, Losses = losses, Batch = batch,
                Dimensions = dimensions, Scale = problem.Scale, Soft = problem.Soft * dimensions, Weight = (float)(2 / (problem.Pairs * dimensions)),
            };
            team.For(batch, ref rows);
        }
        Gemm.Run(new GemmProblem(batch, dimensions, batch), matrix, embeddings, [], gradient, team);
        double sum = 0;
        for (int i = 0; i < batch; i++) sum += losses[i];
        loss[0] = (float)(sum / problem.Pairs);
    }

    private struct Rows : IParallelBody
    {
        public float* Products, Similarity, Terms;
        public double* Losses;
        public int Batch, Dimensions;
        public float Scale, Soft, Weight;

        public readonly void Run(int task, int worker)
        {
            float* products = Products + (nint)task * Batch, terms = Terms + (nint)worker * Batch;
            Elementwise.Range(0, Batch, new Pairs
            {
                Products = products, Similarity = Similarity + (nint)task * Batch, Terms = terms, PerDimension = 1f / Dimensions, Scale = Scale,
                Soft = Soft, Weight = Weight,
            });
            // A row is no pair with itself.
            (terms[task], products[task]) = (0, 0);
            Losses[task] = Summation.Sum(Batch, new StoredTerms { X = terms });
        }
    }

    // The term of each pair, and over its product the derivative.
    private struct Pairs : IElementwise
    {
        public float* Products, Similarity, Terms;
        public float PerDimension, Scale, Soft, Weight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes zero = TLanes.Zero, one = TLanes.All(1f), s = TLanes.Load(Similarity + i);
            TLanes c = TLanes.Load(Products + i) * TLanes.All(PerDimension);
            TLanes x = c * TLanes.All(Scale), power = TLanes.Exp(zero - TLanes.Abs(x)), inverse = one / (one + power);
            TLanes sigmoid = TLanes.Select(x < zero, power * inverse, inverse);
            TLanes hard = TLanes.Max(x, zero) + TLanes.Log(one + power) - s * x, apart = TLanes.MultiplyAdd(c + one, TLanes.All(0.5f), zero - s);
            TLanes soft = TLanes.All(Soft) * apart, isUnder = s < TLanes.All(PairwiseSimilarityProblem.HardBelow);
            TLanes isOver = s > TLanes.All(PairwiseSimilarityProblem.HardAbove);
            TLanes.Select(isUnder, hard, TLanes.Select(isOver, hard, soft * apart)).Store(Terms + i);
            TLanes byHard = TLanes.All(Scale) * (sigmoid - s);
            (TLanes.All(Weight) * TLanes.Select(isUnder, byHard, TLanes.Select(isOver, byHard, soft))).Store(Products + i);
        }
    }
}
