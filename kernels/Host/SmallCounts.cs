using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Multiset Jaccard of rows whose counts add up to less than 256, in bytes: the sum of minima never exceeds the row's own sum, so a byte holds it, and a
/// class that the row has none of adds nothing and is passed over. Columns are turned, the counts of a class side by side.
/// </summary>
internal static unsafe class SmallCounts
{
    // Columns of a tile, rows of a task, and bytes of turned columns that are held at a time.
    private const int Columns = 512, TaskRows = 64, Held = 1 << 24;

    /// <summary>Every row of counts [rows, classes] can be compared so, and vectors of bytes are at hand.</summary>
    public static bool Suit(int* counts, int rows, int classes)
    {
        if (!Vector256.IsHardwareAccelerated || TileBytes(classes) > Held) return false;
        for (int row = 0; row < rows; row++)
        {
            long sum = 0;
            int negative = 0;
            for (int c = 0; c < classes; c++)
            {
                sum += counts[(nint)row * classes + c];
                negative |= counts[(nint)row * classes + c];
            }
            if (negative < 0 || sum > byte.MaxValue) return false;
        }
        return true;
    }

    /// <summary>similarity[M,N] of counts a[M,C], which <see cref="Suit"/>, against b[N,C].</summary>
    public static void Run(in SimilarityProblem problem, int* a, int* b, float* similarity, ThreadTeam team)
    {
        nint tileBytes = (nint)TileBytes(problem.Classes);
        int tiles = GemmBlocking.Covering(problem.N, Columns), atOnce = (int)Math.Clamp(Held / tileBytes, 1, tiles);
        byte* memory = team.SharedPacking.Get<byte>(atOnce * tileBytes);
        for (int first = 0; first < tiles; first += atOnce)
        {
            int count = Math.Min(atOnce, tiles - first);
            var turn = new Turn { Problem = problem, B = b, Memory = memory, TileBytes = tileBytes, First = first };
            team.For(count, ref turn);
            var rows = new Rows { Problem = problem, A = a, Similarity = similarity, Memory = memory, TileBytes = tileBytes, First = first, Tiles = count, Team = team };
            team.For(checked(GemmBlocking.Covering(problem.M, TaskRows) * count), ref rows);
        }
    }

    private static long TileBytes(int classes) => Columns * ((long)classes + sizeof(float));

    /// <summary>Turns a tile of columns and adds up each.</summary>
    private struct Turn : IParallelBody
    {
        public SimilarityProblem Problem;
        public int* B;
        public byte* Memory;
        public nint TileBytes;
        public int First;

        public readonly void Run(int task, int worker)
        {
            int start = (First + task) * Columns, count = Math.Min(Columns, Problem.N - start), classes = Problem.Classes;
            byte* turned = Memory + task * TileBytes;
            float* sums = (float*)(turned + (nint)Columns * classes);
            new Span<byte>(turned, checked((int)TileBytes)).Clear();
            for (int j = 0; j < count; j++)
            {
                int* row = B + (nint)(start + j) * classes;
                // As the other way adds them up, so that it matters to nobody which one is taken.
                float sum = 0;
                for (int c = 0; c < classes; c++)
                {
                    if (row[c] == 0) continue;
                    sum += row[c];
                    turned[(nint)c * Columns + j] = (byte)Math.Clamp(row[c], 0, byte.MaxValue);
                }
                sums[j] = sum;
            }
        }
    }

    /// <summary>Compares some rows with a tile.</summary>
    private struct Rows : IParallelBody
    {
        public SimilarityProblem Problem;
        public int* A;
        public float* Similarity;
        public byte* Memory;
        public nint TileBytes;
        public int First, Tiles;
        public ThreadTeam Team;

        public readonly void Run(int task, int worker)
        {
            int tile = task % Tiles, row = task / Tiles * TaskRows, end = Math.Min(row + TaskRows, Problem.M), classes = Problem.Classes;
            int start = (First + tile) * Columns, count = Math.Min(Columns, Problem.N - start);
            byte* turned = Memory + tile * TileBytes, shared = stackalloc byte[Columns];
            float* sums = (float*)(turned + (nint)Columns * classes), minima = stackalloc float[Columns];
            byte** present = (byte**)Team.Scratch(worker).Get<long>(2L * classes);
            int* counts = (int*)(present + classes);
            for (; row < end; row++)
            {
                int* own = A + (nint)row * classes;
                int kinds = 0;
                float sum = 0;
                for (int c = 0; c < classes; c++)
                {
                    if (own[c] == 0) continue;
                    sum += own[c];
                    present[kinds] = turned + (nint)c * Columns;
                    counts[kinds++] = own[c];
                }
                for (int j = 0; j < count; j += 128) Minima(present, counts, kinds, j, shared);
                TensorPrimitives.ConvertTruncating(new ReadOnlySpan<byte>(shared, count), new Span<float>(minima, count));
                JaccardRatio.Write(minima, sum, sums, count, Problem.EmptyValue, Similarity + (nint)row * Problem.N + start);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Minima(byte** present, int* counts, int kinds, int j, byte* shared)
        {
            Vector256<byte> s0 = Vector256<byte>.Zero, s1 = s0, s2 = s0, s3 = s0;
            for (int i = 0; i < kinds; i++)
            {
                byte* others = present[i] + j;
                Vector256<byte> own = Vector256.Create((byte)counts[i]);
                s0 += Vector256.Min(own, Vector256.Load(others));
                s1 += Vector256.Min(own, Vector256.Load(others + 32));
                s2 += Vector256.Min(own, Vector256.Load(others + 64));
                s3 += Vector256.Min(own, Vector256.Load(others + 96));
            }
            s0.Store(shared + j);
            s1.Store(shared + j + 32);
            s2.Store(shared + j + 64);
            s3.Store(shared + j + 96);
        }
    }
}
