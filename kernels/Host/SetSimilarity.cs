using System.Numerics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Pairwise similarity of label sets: the intersection by AND and population count, the sizes of the sets counted once a tile.</summary>
public static unsafe class SetSimilarity
{
    // A tile's columns of intersections and sizes stay in the first-level cache; its rows amortise counting the columns' sizes.
    private const int TileRows = 64;
    private const int TileColumns = 512;

    /// <summary>similarity[M,N] of bit sets a[M,words] against b[N,words]. Overwrites similarity; b may be a.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or the kind reads counts.</exception>
    public static void Run(in SimilarityProblem problem, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<float> similarity, ThreadTeam team)
    {
        problem.RequireOperands(bitSets: true);
        problem.Check(a.Length, b.Length, similarity.Length);
        fixed (ulong* pa = a, pb = b)
        fixed (float* ps = similarity)
        {
            var tiles = new Tiles
            {
                A = pa, B = pb, Similarity = ps, M = problem.M, N = problem.N, Words = problem.Words, Kind = problem.Kind, Empty = problem.EmptyValue,
                ColumnTiles = (int)(((long)problem.N + TileColumns - 1) / TileColumns),
            };
            team.For(checked((int)(((long)problem.M + TileRows - 1) / TileRows) * tiles.ColumnTiles), ref tiles);
        }
    }

    private struct Tiles : IParallelBody
    {
        public ulong* A, B;
        public float* Similarity;
        public int M, N, Words, ColumnTiles;
        public SimilarityKind Kind;
        public float Empty;

        public readonly void Run(int task, int worker)
        {
            int row = task / ColumnTiles * TileRows, column = task % ColumnTiles * TileColumns;
            int lastRow = Math.Min(row + TileRows, M), columns = Math.Min(TileColumns, N - column);
            float* shared = stackalloc float[TileColumns], sizes = stackalloc float[TileColumns];
            ulong* b = B + (nint)column * Words;
            for (int j = 0; j < columns; j++) sizes[j] = Size(b + (nint)j * Words);
            for (; row < lastRow; row++)
            {
                ulong* a = A + (nint)row * Words;
                float* similarity = Similarity + (nint)row * N + column;
                switch (Kind)
                {
                    case SimilarityKind.SharedCount:
                        Intersect(a, b, columns, similarity);
                        break;
                    case SimilarityKind.SharedLabel:
                        Intersect(a, b, columns, similarity);
                        for (int j = 0; j < columns; j++) similarity[j] = Math.Min(similarity[j], 1f);
                        break;
                    default:
                        Intersect(a, b, columns, shared);
                        JaccardRatio.Write(shared, Size(a), sizes, columns, Empty, similarity);
                        break;
                }
            }
        }

        private readonly int Size(ulong* set)
        {
            int count = 0;
            for (int w = 0; w < Words; w++) count += BitOperations.PopCount(set[w]);
            return count;
        }

        private readonly void Intersect(ulong* a, ulong* b, int columns, float* shared)
        {
            // One and two words (up to 128 classes) are every label set in use: their words stay in registers.
            if (Words == 1)
            {
                ulong a0 = a[0];
                for (nint j = 0; j < columns; j++) shared[j] = BitOperations.PopCount(a0 & b[j]);
                return;
            }
            if (Words == 2)
            {
                (ulong a0, ulong a1) = (a[0], a[1]);
                for (nint j = 0; j < columns; j++) shared[j] = BitOperations.PopCount(a0 & b[2 * j]) + BitOperations.PopCount(a1 & b[2 * j + 1]);
                return;
            }
            for (int j = 0; j < columns; j++)
            {
                int count = 0;
                for (int w = 0; w < Words; w++) count += BitOperations.PopCount(a[w] & b[w]);
                shared[j] = count;
                b += Words;
            }
        }
    }
}
