using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Pairwise similarity of count vectors (Mojoo, Kurita 2021, section 3). Multiset Jaccard adds minima alone, in bytes where rows are small
/// (<see cref="SmallCounts"/>), else in float, exact up to row sums of 2^24; cosine adds products in double, exact up to 2^53. Results are the float nearest to the ratio (cosine: to a double of it).
/// </summary>
public static unsafe class CountSimilarity
{
    /// <summary>similarity[M,N] of counts a[M,C] against b[N,C]. Overwrites similarity; b may be a.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or the kind reads bit sets.</exception>
    public static void Run(in SimilarityProblem problem, ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<float> similarity, ThreadTeam team)
    {
        problem.RequireOperands(bitSets: false);
        problem.Check(a.Length, b.Length, similarity.Length);
        fixed (int* pa = a, pb = b)
        fixed (float* ps = similarity)
        {
            if (problem.Kind == SimilarityKind.MultisetJaccard && SmallCounts.Suit(pa, problem.M, problem.Classes)) SmallCounts.Run(problem, pa, pb, ps, team);
            else if (problem.Kind == SimilarityKind.MultisetJaccard) Run<float, MinimumTerm, JaccardValues>(problem, pa, pb, ps, team);
            else Run<double, ProductTerm, CosineValues>(problem, pa, pb, ps, team);
        }
    }

    private static void Run<T, TTerm, TValues>(in SimilarityProblem problem, int* a, int* b, float* similarity, ThreadTeam team)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        where TTerm : struct, IPairTerm
        where TValues : struct, IPairValues<T>
    {
        var tiles = new PairwiseTiles<int, T, TTerm, Matrix<T, TValues>>
        {
            A = a, B = b, M = problem.M, N = problem.N, K = problem.Classes, Team = team,
            Result = new Matrix<T, TValues> { Similarity = similarity, Stride = problem.N, Empty = problem.EmptyValue },
        };
        tiles.Run();
    }

    private struct Matrix<T, TValues> : IPairResult<T>
        where T : unmanaged
        where TValues : struct, IPairValues<T>
    {
        public float* Similarity;
        public nint Stride;
        public float Empty;

        public readonly void Write(int row, int column, int count, T* sums, T own, T* others) =>
            TValues.Write(sums, own, others, count, Empty, Similarity + row * Stride + column);
    }
}
