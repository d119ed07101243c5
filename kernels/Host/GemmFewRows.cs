using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Products of a few rows, such as a fully connected layer on a small batch: B passes from memory to the arithmetic once, in the order in which it lies,
/// and is not packed. Against a transposed B every element is a scalar product; against a plain one, rows of B are added up, scaled.
/// </summary>
internal static unsafe class GemmFewRows
{
    // With more rows the arithmetic takes longer than reading B, and a register tile does it better.
    private const int MaxRows = 8;

    // Rows of A, and rows of B, whose products are summed at once.
    private const int RowsAtOnce = 4, Dots = 4;

    // A task reads about this much of B, but rows enough for the terms of A that they share, which stay in the second-level cache.
    private const int TaskBytes = 1 << 16, MinTaskRows = 16, MaxTaskRows = 256, Depth = 4096;

    // Rows of B that are added at once, and columns of a task: a page of each row.
    private const int Terms = 8, MaxColumns = 1024, MinColumns = 64, WantedTasks = 32;

    public static bool Suits(in GemmProblem p) => p.M <= MaxRows && !p.TransposeA;

    public static void Run(in GemmProblem p, float* a, float* b, float* bias, float* c, ThreadTeam team)
    {
        if (Vector512.IsHardwareAccelerated) Run<Lanes512<float>>(p, a, b, bias, c, team);
        else if (Vector256.IsHardwareAccelerated) Run<Lanes256<float>>(p, a, b, bias, c, team);
        else if (Vector128.IsHardwareAccelerated) Run<Lanes128<float>>(p, a, b, bias, c, team);
        else Run<Lane<float>>(p, a, b, bias, c, team);
    }

    private static void Run<TLanes>(in GemmProblem p, float* a, float* b, float* bias, float* c, ThreadTeam team)
        where TLanes : struct, ILanes<TLanes, float>
    {
        if (p.TransposeB)
        {
            int rows = (int)Math.Clamp(TaskBytes / (sizeof(float) * (long)p.K) / Dots * Dots, MinTaskRows, MaxTaskRows);
            var body = new ScalarProducts<TLanes> { Problem = p, A = a, B = b, Bias = bias, C = c, Rows = rows };
            team.For(GemmBlocking.Covering(p.N, rows), ref body);
        }
        else
        {
            int columns = Math.Min(MaxColumns, GemmBlocking.RoundUp(GemmBlocking.Covering(p.N, WantedTasks), MinColumns));
            var body = new ScaledRows<TLanes> { Problem = p, A = a, B = b, Bias = bias, C = c, Columns = columns };
            team.For(GemmBlocking.Covering(p.N, columns), ref body);
        }
    }

    private struct ScalarProducts<TLanes> : IParallelBody
        where TLanes : struct, ILanes<TLanes, float>
    {
        public GemmProblem Problem;
        public float* A, B, Bias, C;
        public int Rows;

        public readonly void Run(int task, int worker)
        {
            int start = task * Rows, count = Math.Min(Rows, Problem.N - start), k = Problem.K;
            float* sums = stackalloc float[MaxRows * MaxTaskRows];
            new Span<float>(sums, MaxRows * count).Clear();
            for (int k0 = 0; k0 < k; k0 += Depth)
            {
                int depth = Math.Min(Depth, k - k0);
                for (int row = 0; row < count; row += Dots)
                {
                    float* b = B + (nint)(start + row) * k + k0;
                    int rows = Math.Min(Dots, count - row);
                    for (int m = 0; m < Problem.M; m += RowsAtOnce)
                    {
                        float* a = A + (nint)m * k + k0;
                        if (Problem.M - m == 1) One(a, b, k, depth, rows, sums + row * MaxRows + m);
                        else Block(a, Math.Min(RowsAtOnce, Problem.M - m), b, k, depth, rows, sums + row * MaxRows + m);
                    }
                }
            }
            for (int m = 0; m < Problem.M; m++)
            {
                float* target = C + (nint)m * Problem.N + start;
                for (int row = 0; row < count; row++)
                {
                    float sum = sums[row * MaxRows + m] + (Problem.Bias ? Bias[start + row] : 0f);
                    target[row] = Problem.Accumulate ? target[row] + sum : sum;
                }
            }
        }

        // A row of A by four of B; where there are fewer, the last one again.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void One(float* a, float* b, nint stride, int depth, int rows, float* sums)
        {
            float* b1 = b + Math.Min(1, rows - 1) * stride, b2 = b + Math.Min(2, rows - 1) * stride, b3 = b + Math.Min(3, rows - 1) * stride;
            TLanes s0 = TLanes.Zero, s1 = TLanes.Zero, s2 = TLanes.Zero, s3 = TLanes.Zero;
            int i = 0;
            for (; i <= depth - TLanes.Count; i += TLanes.Count)
            {
                TLanes x = TLanes.Load(a + i);
                s0 = TLanes.MultiplyAdd(x, TLanes.Load(b + i), s0);
                s1 = TLanes.MultiplyAdd(x, TLanes.Load(b1 + i), s1);
                s2 = TLanes.MultiplyAdd(x, TLanes.Load(b2 + i), s2);
                s3 = TLanes.MultiplyAdd(x, TLanes.Load(b3 + i), s3);
            }
            float* ends = stackalloc float[] { TLanes.Sum(s0), TLanes.Sum(s1), TLanes.Sum(s2), TLanes.Sum(s3) };
            Add(a, 1, b, stride, i, depth, rows, ends, sums);
        }

        // Four rows of A by four of B.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Block(float* a, int ms, float* b, nint stride, int depth, int rows, float* sums)
        {
            float* a1 = a + Math.Min(1, ms - 1) * stride, a2 = a + Math.Min(2, ms - 1) * stride, a3 = a + Math.Min(3, ms - 1) * stride;
            float* b1 = b + Math.Min(1, rows - 1) * stride, b2 = b + Math.Min(2, rows - 1) * stride, b3 = b + Math.Min(3, rows - 1) * stride;
            TLanes s00 = TLanes.Zero, s01 = TLanes.Zero, s02 = TLanes.Zero, s03 = TLanes.Zero, s10 = TLanes.Zero, s11 = TLanes.Zero, s12 = TLanes.Zero;
            TLanes s13 = TLanes.Zero, s20 = TLanes.Zero, s21 = TLanes.Zero, s22 = TLanes.Zero, s23 = TLanes.Zero, s30 = TLanes.Zero, s31 = TLanes.Zero;
            TLanes s32 = TLanes.Zero, s33 = TLanes.Zero;
            int i = 0;
            for (; i <= depth - TLanes.Count; i += TLanes.Count)
            {
                TLanes x0 = TLanes.Load(a + i), x1 = TLanes.Load(a1 + i), x2 = TLanes.Load(a2 + i), x3 = TLanes.Load(a3 + i), w = TLanes.Load(b + i);
                (s00, s10) = (TLanes.MultiplyAdd(x0, w, s00), TLanes.MultiplyAdd(x1, w, s10));
                (s20, s30) = (TLanes.MultiplyAdd(x2, w, s20), TLanes.MultiplyAdd(x3, w, s30));
                w = TLanes.Load(b1 + i);
                (s01, s11) = (TLanes.MultiplyAdd(x0, w, s01), TLanes.MultiplyAdd(x1, w, s11));
                (s21, s31) = (TLanes.MultiplyAdd(x2, w, s21), TLanes.MultiplyAdd(x3, w, s31));
                w = TLanes.Load(b2 + i);
                (s02, s12) = (TLanes.MultiplyAdd(x0, w, s02), TLanes.MultiplyAdd(x1, w, s12));
                (s22, s32) = (TLanes.MultiplyAdd(x2, w, s22), TLanes.MultiplyAdd(x3, w, s32));
                w = TLanes.Load(b3 + i);
                (s03, s13) = (TLanes.MultiplyAdd(x0, w, s03), TLanes.MultiplyAdd(x1, w, s13));
                (s23, s33) = (TLanes.MultiplyAdd(x2, w, s23), TLanes.MultiplyAdd(x3, w, s33));
            }
            float* ends = stackalloc float[]
            {
                TLanes.Sum(s00), TLanes.Sum(s01), TLanes.Sum(s02), TLanes.Sum(s03), TLanes.Sum(s10), TLanes.Sum(s11), TLanes.Sum(s12), TLanes.Sum(s13),
                TLanes.Sum(s20), TLanes.Sum(s21), TLanes.Sum(s22), TLanes.Sum(s23), TLanes.Sum(s30), TLanes.Sum(s31), TLanes.Sum(s32), TLanes.Sum(s33),
            };
            Add(a, ms, b, stride, i, depth, rows, ends, sums);
        }

        // Adds what the vectors have summed, and the terms from start on, which fill none.
        private static void Add(float* a, int ms, float* b, nint stride, int start, int depth, int rows, float* ends, float* sums)
        {
            for (int m = 0; m < ms; m++)
            {
                for (int row = 0; row < rows; row++)
                {
                    float sum = ends[Dots * m + row];
                    for (int i = start; i < depth; i++) sum += a[m * stride + i] * b[row * stride + i];
                    sums[row * MaxRows + m] += sum;
                }
            }
        }
    }

    private struct ScaledRows<TLanes> : IParallelBody
        where TLanes : struct, ILanes<TLanes, float>
    {
        public GemmProblem Problem;
        public float* A, B, Bias, C;
        public int Columns;

        public readonly void Run(int task, int worker)
        {
            int start = task * Columns, count = Math.Min(Columns, Problem.N - start), k = 0;
            for (int m = 0; m < Problem.M; m++)
            {
                float* target = C + (nint)m * Problem.N + start;
                if (!Problem.Accumulate) LineCopy.Zero(target, count);
                if (Problem.Bias) LineCopy.Add(Bias + start, target, count);
            }
            for (; k + Terms <= Problem.K; k += Terms)
            {
                int done = Eight<TLanes>(k, start, 0, count);
                Eight<Lane<float>>(k, start, done, count);
            }
            for (; k < Problem.K; k++)
            {
                int done = Single<TLanes>(k, start, 0, count);
                Single<Lane<float>>(k, start, done, count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Eight<TVector>(int k, int start, int i, int count)
            where TVector : struct, ILanes<TVector, float>
        {
            nint n = Problem.N;
            for (; i <= count - TVector.Count; i += TVector.Count)
            {
                float* b = B + k * n + start + i;
                TVector b0 = TVector.Load(b), b1 = TVector.Load(b + n), b2 = TVector.Load(b + 2 * n), b3 = TVector.Load(b + 3 * n);
                TVector b4 = TVector.Load(b + 4 * n), b5 = TVector.Load(b + 5 * n), b6 = TVector.Load(b + 6 * n), b7 = TVector.Load(b + 7 * n);
                for (int m = 0; m < Problem.M; m++)
                {
                    float* a = A + (nint)m * Problem.K + k, c = C + m * n + start + i;
                    TVector low = TVector.MultiplyAdd(TVector.All(a[0]), b0, TVector.Load(c)), high = TVector.All(a[1]) * b1;
                    low = TVector.MultiplyAdd(TVector.All(a[2]), b2, low);
                    high = TVector.MultiplyAdd(TVector.All(a[3]), b3, high);
                    low = TVector.MultiplyAdd(TVector.All(a[4]), b4, low);
                    high = TVector.MultiplyAdd(TVector.All(a[5]), b5, high);
                    low = TVector.MultiplyAdd(TVector.All(a[6]), b6, low);
                    (low + TVector.MultiplyAdd(TVector.All(a[7]), b7, high)).Store(c);
                }
            }
            return i;
        }

        private readonly int Single<TVector>(int k, int start, int i, int count)
            where TVector : struct, ILanes<TVector, float>
        {
            for (; i <= count - TVector.Count; i += TVector.Count)
            {
                TVector b = TVector.Load(B + (nint)k * Problem.N + start + i);
                for (int m = 0; m < Problem.M; m++)
                {
                    float* c = C + (nint)m * Problem.N + start + i;
                    TVector.MultiplyAdd(TVector.All(A[(nint)m * Problem.K + k]), b, TVector.Load(c)).Store(c);
                }
            }
            return i;
        }
    }
}
