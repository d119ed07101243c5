using System.Numerics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// The most similar rows: blocks of rows against blocks of columns, as the matrices are computed, but each row of a block goes into its selection
/// at once, and no more of the matrix exists than that. In parallel over blocks of rows and, where those are few, over parts of the columns, whose
/// lists are then merged.
/// </summary>
public static unsafe class SimilarityTopK
{
    // The rows of a tile of counts, and a multiple of both kinds of tiles' columns that is worth a task of its own.
    private const int BlockRows = 128;
    private const int PartColumns = 4096;

    /// <summary>The K most similar rows by counts, as <see cref="SimilarityTopKProblem"/> says. Overwrites all outputs; b may be a.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or the kind reads bit sets.</exception>
    public static void Run(
        in SimilarityTopKProblem problem, ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<float> similarities, Span<int> rows, Span<int> counts,
        ThreadTeam team)
    {
        problem.RequireOperands(bitSets: false);
        problem.Check(a.Length, b.Length, similarities.Length, rows.Length, counts.Length);
        fixed (int* pa = a, pb = b)
        {
            if (problem.Kind == SimilarityKind.MultisetJaccard)
                RunCounts<float, MinimumTerm, JaccardValues>(problem, pa, pb, similarities, rows, counts, team);
            else
                RunCounts<double, ProductTerm, CosineValues>(problem, pa, pb, similarities, rows, counts, team);
        }
    }

    /// <summary>The K most similar rows by bit sets. Overwrites all outputs; b may be a.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's, or the kind reads counts.</exception>
    public static void Run(
        in SimilarityTopKProblem problem, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<float> similarities, Span<int> rows, Span<int> counts,
        ThreadTeam team)
    {
        problem.RequireOperands(bitSets: true);
        problem.Check(a.Length, b.Length, similarities.Length, rows.Length, counts.Length);
        fixed (ulong* pa = a, pb = b)
        {
            var source = new SetSource { A = pa, B = pb, Words = problem.Words, Tile = new SetTile(problem.OneRow), Team = team };
            SimilaritySearch<SetSource>.Run(SizeOf(problem), source, similarities, rows, counts, team);
        }
    }

    private static void RunCounts<T, TTerm, TValues>(
        in SimilarityTopKProblem problem, int* a, int* b, Span<float> similarities, Span<int> rows, Span<int> counts, ThreadTeam team)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, IPairTerm
        where TValues : struct, IPairValues<T>
    {
        var source = new CountSource<T, TTerm, TValues>
        {
            Tiles = new PairwiseTiles<int, T, TTerm, Offers<T, TValues>>
            {
                A = a, B = b, M = problem.M, N = problem.N, K = problem.Classes, Team = team,
            },
            Empty = problem.EmptyValue,
        };
        SimilaritySearch<CountSource<T, TTerm, TValues>>.Run(SizeOf(problem), source, similarities, rows, counts, team);
    }

    private static SearchSize SizeOf(in SimilarityTopKProblem problem) => new(problem.M, problem.N, problem.K, problem.Least);

    private struct CountSource<T, TTerm, TValues> : ISimilaritySource
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, IPairTerm
        where TValues : struct, IPairValues<T>
    {
        public PairwiseTiles<int, T, TTerm, Offers<T, TValues>> Tiles;
        public float Empty;

        public static int BlockRows => SimilarityTopK.BlockRows;

        public static int PartColumns => SimilarityTopK.PartColumns;

        public readonly void Offer(int row, int rows, int column, int columns, in SelectionBlock selections, int worker)
        {
            PairwiseTiles<int, T, TTerm, Offers<T, TValues>> tiles = Tiles;
            tiles.Result = new Offers<T, TValues> { Selections = selections, FirstRow = row, Empty = Empty };
            for (int start = column; start < column + columns; start += PairwiseTiles<int, T, TTerm, Offers<T, TValues>>.TileColumns)
                tiles.Run(row, start, worker);
        }
    }

    private struct Offers<T, TValues> : IPairResult<T>
        where T : unmanaged
        where TValues : struct, IPairValues<T>
    {
        // At least the columns of a tile.
        private const int MostColumns = 64;

        public SelectionBlock Selections;
        public int FirstRow;
        public float Empty;

        public readonly void Write(int row, int column, int count, T* sums, T own, T* others)
        {
            float* similarities = stackalloc float[MostColumns];
            TValues.Write(sums, own, others, count, Empty, similarities);
            Selections[row - FirstRow].Offer(similarities, count, column);
        }
    }

    private struct SetSource : ISimilaritySource
    {
        public ulong* A, B;
        public int Words;
        public SetTile Tile;
        public ThreadTeam Team;

        public static int BlockRows => SimilarityTopK.BlockRows;

        public static int PartColumns => SimilarityTopK.PartColumns;

        public readonly void Offer(int row, int rows, int column, int columns, in SelectionBlock selections, int worker)
        {
            uint* turned = Team.Scratch(worker).Get<uint>(Tile.TurnedLength);
            float* sizes = stackalloc float[SetTile.Columns], similarities = stackalloc float[SetTile.Columns];
            for (int start = column; start < column + columns; start += SetTile.Columns)
            {
                int count = Math.Min(SetTile.Columns, column + columns - start);
                Tile.Turn(B + (nint)start * Words, count, turned, sizes);
                for (int i = 0; i < rows; i++)
                {
                    Tile.Row(A + (nint)(row + i) * Words, turned, sizes, count, similarities);
                    selections[i].Offer(similarities, count, start);
                }
            }
        }
    }
}
