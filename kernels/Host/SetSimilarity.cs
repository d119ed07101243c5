using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Pairwise similarity of label sets: the intersection by AND and population count, the sizes of the sets counted and their bits turned once a tile.</summary>
public static unsafe class SetSimilarity
{
    // Rows of a tile amortise what is done once for its columns.
    private const int TileRows = 64;

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
                A = pa, B = pb, Similarity = ps, M = problem.M, N = problem.N, Words = problem.Words, Tile = new SetTile(problem), Team = team,
                ColumnTiles = (int)(((long)problem.N + SetTile.Columns - 1) / SetTile.Columns),
            };
            team.For(checked((int)(((long)problem.M + TileRows - 1) / TileRows) * tiles.ColumnTiles), ref tiles);
        }
    }

    private struct Tiles : IParallelBody
    {
        public ulong* A, B;
        public float* Similarity;
        public int M, N, Words, ColumnTiles;
        public SetTile Tile;
        public ThreadTeam Team;

        public readonly void Run(int task, int worker)
        {
            int row = task / ColumnTiles * TileRows, column = task % ColumnTiles * SetTile.Columns;
            int lastRow = Math.Min(row + TileRows, M), columns = Math.Min(SetTile.Columns, N - column);
            float* sizes = stackalloc float[SetTile.Columns];
            uint* turned = Team.Scratch(worker).Get<uint>(Tile.TurnedLength);
            Tile.Turn(B + (nint)column * Words, columns, turned, sizes);
            for (; row < lastRow; row++) Tile.Row(A + (nint)row * Words, turned, sizes, columns, Similarity + (nint)row * N + column);
        }
    }
}
