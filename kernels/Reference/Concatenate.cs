using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Row-wise concatenation of a <c>[N,A]</c> and b <c>[N,B]</c> to y <c>[N,A+B]</c>.</summary>
public static class Concatenate
{
    /// <summary><c>y[n] = [a[n] ; b[n]]</c>. Overwrites y.</summary>
    public static void Forward(in ConcatenateProblem problem, ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> y)
    {
        problem.Check(a.Length, b.Length, y.Length);
        for (int n = 0; n < problem.Rows; n++)
        {
            Span<double> row = y.Slice(n * (problem.A + problem.B), problem.A + problem.B);
            a.Slice(n * problem.A, problem.A).CopyTo(row);
            b.Slice(n * problem.B, problem.B).CopyTo(row[problem.A..]);
        }
    }

    /// <summary><c>[da[n] ; db[n]] = dy[n]</c>. Overwrites both.</summary>
    public static void Backward(in ConcatenateProblem problem, ReadOnlySpan<double> dy, Span<double> da, Span<double> db)
    {
        problem.Check(da.Length, db.Length, dy.Length);
        for (int n = 0; n < problem.Rows; n++)
        {
            ReadOnlySpan<double> row = dy.Slice(n * (problem.A + problem.B), problem.A + problem.B);
            row[..problem.A].CopyTo(da[(n * problem.A)..]);
            row[problem.A..].CopyTo(db[(n * problem.B)..]);
        }
    }
}
