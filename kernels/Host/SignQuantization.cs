using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Sign codes: the comparison's mask is the code.</summary>
public static unsafe class SignQuantization
{
    // Elements that one task covers at least.
    private const int ElementsOfTask = 32768;

    /// <summary>codes[N,words]: bit d is (e_d &gt;= 0), least significant first, unused bits zero; NaN gives 0. Overwrites codes.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in SignQuantizationProblem problem, ReadOnlySpan<float> embeddings, Span<ulong> codes, ThreadTeam team)
    {
        problem.Check(embeddings.Length, codes.Length);
        int rows = Math.Max(1, ElementsOfTask / problem.Dimensions);
        fixed (float* e = embeddings)
        fixed (ulong* c = codes)
        {
            var body = new Rows
            {
                Embeddings = e, Codes = c, Count = problem.Count, Dimensions = problem.Dimensions, Words = problem.Words, RowsOfTask = rows,
            };
            team.For((int)(((long)problem.Count + rows - 1) / rows), ref body);
        }
    }

    private struct Rows : IParallelBody
    {
        public float* Embeddings;
        public ulong* Codes;
        public int Count, Dimensions, Words, RowsOfTask;

        public readonly void Run(int task, int worker)
        {
            int start = task * RowsOfTask, end = (int)Math.Min((long)start + RowsOfTask, Count);
            for (int row = start; row < end; row++)
            {
                float* e = Embeddings + (nint)row * Dimensions;
                ulong* code = Codes + (nint)row * Words;
                for (int word = 0; word < Words; word++) code[word] = Word(e + word * 64, Math.Min(64, Dimensions - word * 64));
            }
        }

        private static ulong Word(float* e, int bits)
        {
            ulong word = 0;
            int bit = 0;
            if (Vector512.IsHardwareAccelerated)
            {
                for (; bit <= bits - 16; bit += 16)
                    word |= Vector512.GreaterThanOrEqual(Vector512.Load(e + bit), Vector512<float>.Zero).ExtractMostSignificantBits() << bit;
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                for (; bit <= bits - 8; bit += 8)
                    word |= (ulong)Vector256.GreaterThanOrEqual(Vector256.Load(e + bit), Vector256<float>.Zero).ExtractMostSignificantBits() << bit;
            }
            else if (Vector128.IsHardwareAccelerated)
            {
                for (; bit <= bits - 4; bit += 4)
                    word |= (ulong)Vector128.GreaterThanOrEqual(Vector128.Load(e + bit), Vector128<float>.Zero).ExtractMostSignificantBits() << bit;
            }
            for (; bit < bits; bit++) word |= (e[bit] >= 0 ? 1ul : 0ul) << bit;
            return word;
        }
    }
}
