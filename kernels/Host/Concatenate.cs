using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Row-wise concatenation, along the channels of NCHW tensors.</summary>
public static unsafe class Concatenate
{
    /// <summary>y[N,A+B] = [a[N,A] ; b[N,B]]. Overwrites y.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(in ConcatenateProblem problem, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, ThreadTeam team)
    {
        problem.Check(a.Length, b.Length, y.Length);
        fixed (float* pa = a, pb = b, py = y) Run(problem, pa, pb, py, split: false, team);
    }

    /// <summary>[da[N,A] ; db[N,B]] = dy[N,A+B]. Overwrites both.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Backward(in ConcatenateProblem problem, ReadOnlySpan<float> dy, Span<float> da, Span<float> db, ThreadTeam team)
    {
        problem.Check(da.Length, db.Length, dy.Length);
        fixed (float* pa = da, pb = db, py = dy) Run(problem, pa, pb, py, split: true, team);
    }

    private static void Run(in ConcatenateProblem problem, float* a, float* b, float* y, bool split, ThreadTeam team)
    {
        var body = new Rows { A = a, B = b, Y = y, LengthA = problem.A, LengthB = problem.B, Split = split };
        team.For(problem.Rows, ref body);
    }

    private struct Rows : IParallelBody
    {
        public float* A, B, Y;
        public nint LengthA, LengthB;
        public bool Split;

        public readonly void Run(int task, int worker)
        {
            float* a = A + task * LengthA, b = B + task * LengthB, y = Y + task * (LengthA + LengthB);
            if (Split)
            {
                Move(y, a, LengthA);
                Move(y + LengthA, b, LengthB);
            }
            else
            {
                Move(a, y, LengthA);
                Move(b, y + LengthA, LengthB);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Move(float* source, float* destination, nint length) =>
            new ReadOnlySpan<float>(source, (int)length).CopyTo(new Span<float>(destination, (int)length));
    }
}
