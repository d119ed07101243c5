using System.Numerics.Tensors;

namespace JaccardKernels.Learning;

/// <summary>
/// The singular value decomposition A = U S V' of a square matrix, by rotations of pairs of columns until all are orthogonal (one-sided Jacobi;
/// Hestenes 1958), in double precision. Of a symmetric matrix without negative eigenvalues it is the eigenvalue decomposition.
/// </summary>
internal sealed class SingularValues
{
    private const int MostSweeps = 60;
    private const double Tolerance = 1e-14;

    private readonly int _n;

    // Columns of A V = U S, and of V, each contiguous.
    private readonly double[] _left, _right;

    /// <summary>Decomposes A <c>[N,N]</c>.</summary>
    /// <exception cref="ArgumentException">It is not square.</exception>
    public SingularValues(ReadOnlySpan<double> a, int n)
    {
        Problems.Guard.Length(a.Length, n * n);
        (_n, _left, _right, Values) = (n, new double[n * n], new double[n * n], new double[n]);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) _left[j * n + i] = a[i * n + j];
            _right[i * n + i] = 1;
        }
        for (int sweep = 0; sweep < MostSweeps && Sweep(); sweep++)
        {
        }
        for (int j = 0; j < n; j++) Values[j] = TensorPrimitives.Norm<double>(_left.AsSpan(j * n, n));
        Sort();
        Normalise();
    }

    /// <summary>The singular values, largest first.</summary>
    public double[] Values { get; }

    /// <summary>Column j of U.</summary>
    public ReadOnlySpan<double> Left(int j) => _left.AsSpan(j * _n, _n);

    /// <summary>Column j of V.</summary>
    public ReadOnlySpan<double> Right(int j) => _right.AsSpan(j * _n, _n);

    /// <summary>The orthogonal matrix nearest to A, U V' <c>[N,N]</c> (orthogonal Procrustes problem; Schoenemann 1966).</summary>
    public double[] Orthogonal()
    {
        var result = new double[_n * _n];
        for (int j = 0; j < _n; j++)
        {
            for (int i = 0; i < _n; i++)
            {
                Span<double> row = result.AsSpan(i * _n, _n);
                TensorPrimitives.MultiplyAdd(Right(j), Left(j)[i], row, row);
            }
        }
        return result;
    }

    // Rotates every pair of columns so that they are orthogonal; false once all are.
    private bool Sweep()
    {
        bool rotated = false;
        for (int p = 0; p < _n - 1; p++)
        {
            for (int q = p + 1; q < _n; q++)
            {
                Span<double> a = _left.AsSpan(p * _n, _n), b = _left.AsSpan(q * _n, _n);
                double alpha = TensorPrimitives.Dot<double>(a, a), beta = TensorPrimitives.Dot<double>(b, b);
                double gamma = TensorPrimitives.Dot<double>(a, b);
                if (Math.Abs(gamma) <= Tolerance * Math.Sqrt(alpha * beta)) continue;
                rotated = true;
                double zeta = (beta - alpha) / (2 * gamma);
                double tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
                double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = cosine * tangent;
                Rotate(a, b, cosine, sine);
                Rotate(_right.AsSpan(p * _n, _n), _right.AsSpan(q * _n, _n), cosine, sine);
            }
        }
        return rotated;
    }

    private static void Rotate(Span<double> a, Span<double> b, double cosine, double sine)
    {
        for (int i = 0; i < a.Length; i++) (a[i], b[i]) = (cosine * a[i] - sine * b[i], sine * a[i] + cosine * b[i]);
    }

    private void Sort()
    {
        int[] order = [.. Enumerable.Range(0, _n).OrderByDescending(j => Values[j])];
        double[] left = [.. _left], right = [.. _right], values = [.. Values];
        for (int j = 0; j < _n; j++)
        {
            left.AsSpan(order[j] * _n, _n).CopyTo(_left.AsSpan(j * _n));
            right.AsSpan(order[j] * _n, _n).CopyTo(_right.AsSpan(j * _n));
            Values[j] = values[order[j]];
        }
    }

    // Columns of U; where a singular value is nothing beside the largest, any direction that the others leave.
    private void Normalise()
    {
        double least = Values[0] * 1e-13;
        for (int j = 0; j < _n; j++)
        {
            Span<double> column = _left.AsSpan(j * _n, _n);
            if (Values[j] > least) TensorPrimitives.Divide(column, Values[j], column);
            else Complete(column, j);
        }
    }

    private void Complete(Span<double> column, int done)
    {
        for (int axis = 0; axis < _n; axis++)
        {
            column.Clear();
            column[axis] = 1;
            // Twice, so that rounding of the first time is taken out too.
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < done; j++) TensorPrimitives.MultiplyAdd(Left(j), -TensorPrimitives.Dot(Left(j), column), column, column);
            }
            double norm = TensorPrimitives.Norm<double>(column);
            if (norm < 1 / Math.Sqrt(2.0 * _n)) continue;
            TensorPrimitives.Divide(column, norm, column);
            return;
        }
    }
}
