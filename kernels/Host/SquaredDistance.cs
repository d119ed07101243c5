using System.Numerics;
using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Squared Euclidean distances of all pairs, by differences: exactly 0 between equal rows, and no cancellation between near ones.</summary>
public static unsafe class SquaredDistance
{
    /// <summary>distances[M,N] = |x[M,D] - y[N,D]|^2. Overwrites distances; y may be x.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in SquaredDistanceProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> distances, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length, distances.Length);
        fixed (float* px = x, py = y, pd = distances)
        {
            var tiles = new PairwiseTiles<float, float, Term, Result>
            {
                A = px, B = py, M = problem.M, N = problem.N, K = problem.D, Team = team,
                Result = new Result { Distances = pd, Stride = problem.N },
            };
            tiles.Run();
        }
    }

    private readonly struct Term : IPairTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Add<TLanes, T>(TLanes sum, TLanes a, TLanes b)
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            TLanes difference = a - b;
            return TLanes.MultiplyAdd(difference, difference, sum);
        }
    }

    private struct Result : IPairResult<float>
    {
        public float* Distances;
        public nint Stride;

        public readonly void Write(int row, int column, int count, float* sums, float own, float* others) =>
            new ReadOnlySpan<float>(sums, count).CopyTo(new Span<float>(Distances + row * Stride + column, count));
    }
}
