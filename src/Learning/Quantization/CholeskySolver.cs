using System.Numerics.Tensors;

namespace JaccardKernels.Learning;

/// <summary>Solves linear systems with a symmetric positive definite matrix, in double precision.</summary>
internal static class CholeskySolver
{
    // Rows that are factored together: a row above is read once for all of them, and they stay in the second-level cache.
    private const int BlockRows = 32;

    /// <summary>Overwrites b <c>[N,C]</c> with A^-1 b, and the lower triangle of A <c>[N,N]</c> with its factor.</summary>
    /// <exception cref="ArgumentException">A length does not fit, or the matrix is not positive definite.</exception>
    public static void Solve(double[] a, int n, Span<double> b, int columns)
    {
        Problems.Guard.Length(a.Length, n * n);
        Problems.Guard.Length(b.Length, n * columns);
        Factor(a, n);
        // L y = b, then L' x = y, a row of all right sides at a time.
        for (int i = 0; i < n; i++)
        {
            Span<double> row = b.Slice(i * columns, columns);
            for (int j = 0; j < i; j++) Subtract(row, b.Slice(j * columns, columns), a[i * n + j]);
            TensorPrimitives.Multiply(row, 1 / a[i * n + i], row);
        }
        for (int i = n - 1; i >= 0; i--)
        {
            Span<double> row = b.Slice(i * columns, columns);
            TensorPrimitives.Multiply(row, 1 / a[i * n + i], row);
            for (int j = 0; j < i; j++) Subtract(b.Slice(j * columns, columns), row, a[i * n + j]);
        }
    }

    // L[i,j] = (A[i,j] - sum over k < j of L[i,k] L[j,k]) / L[j,j].
    private static void Factor(double[] a, int n)
    {
        for (int start = 0; start < n; start += BlockRows)
        {
            int end = Math.Min(start + BlockRows, n);
            for (int j = 0; j < end; j++)
            {
                ReadOnlySpan<double> above = a.AsSpan(j * n, j);
                for (int i = Math.Max(start, j); i < end; i++)
                {
                    double rest = a[i * n + j] - TensorPrimitives.Dot(a.AsSpan(i * n, j), above);
                    if (i == j && !(rest > 0)) throw new ArgumentException($"the matrix is not positive definite: pivot {j} is {rest}.", nameof(a));
                    a[i * n + j] = i == j ? Math.Sqrt(rest) : rest / a[j * n + j];
                }
            }
        }
    }

    // Sums of an empty span are 0; most of a normal matrix of codes is 0 too.
    private static void Subtract(Span<double> row, ReadOnlySpan<double> other, double factor)
    {
        if (factor != 0) TensorPrimitives.MultiplyAdd(other, -factor, row, row);
    }
}
