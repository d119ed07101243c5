using System.Numerics;
using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Pairwise similarity of count vectors (Mojoo, Kurita 2021, section 3). Multiset Jaccard adds minima alone, in float, exact up to row sums of
/// 2^24; cosine adds products in double, exact up to 2^53. Results are the float nearest to the ratio (cosine: to a double of it).
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
            var target = new Target { Similarity = ps, Stride = problem.N, Empty = problem.EmptyValue };
            if (problem.Kind == SimilarityKind.MultisetJaccard)
            {
                var tiles = new PairwiseTiles<int, float, Minimum, Jaccard>
                {
                    A = pa, B = pb, M = problem.M, N = problem.N, K = problem.Classes, Team = team, Result = new Jaccard { Target = target },
                };
                tiles.Run();
            }
            else
            {
                var tiles = new PairwiseTiles<int, double, Product, Cosine>
                {
                    A = pa, B = pb, M = problem.M, N = problem.N, K = problem.Classes, Team = team, Result = new Cosine { Target = target },
                };
                tiles.Run();
            }
        }
    }

    private struct Target
    {
        public float* Similarity;
        public nint Stride;
        public float Empty;
    }

    private readonly struct Minimum : IPairTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Add<TLanes, T>(TLanes sum, TLanes a, TLanes b)
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IFloatingPointIeee754<T> => sum + TLanes.Min(a, b);
    }

    private readonly struct Product : IPairTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Add<TLanes, T>(TLanes sum, TLanes a, TLanes b)
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IFloatingPointIeee754<T> => TLanes.MultiplyAdd(a, b, sum);
    }

    private struct Jaccard : IPairResult<float>
    {
        public Target Target;

        public readonly void Write(int row, int column, int count, float* sums, float own, float* others) =>
            JaccardRatio.Write(sums, own, others, count, Target.Empty, Target.Similarity + row * Target.Stride + column);
    }

    private struct Cosine : IPairResult<double>
    {
        public Target Target;

        public readonly void Write(int row, int column, int count, double* sums, double own, double* others)
        {
            float* similarity = Target.Similarity + row * Target.Stride + column;
            for (int j = 0; j < count; j++)
            {
                similarity[j] = sums[j] != 0 ? (float)(sums[j] / Math.Sqrt(own * others[j]))
                    : own == 0 && others[j] == 0 ? Target.Empty
                    : 0f;
            }
        }
    }
}
