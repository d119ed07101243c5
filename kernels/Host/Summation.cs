using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>The terms of a sum: a struct of pointers, compiled for every width of vector.</summary>
internal interface ITerms
{
    /// <summary>Terms i to i + Count - 1.</summary>
    TLanes At<TLanes>(nint i)
        where TLanes : struct, ILanes<TLanes, float>;
}

/// <summary>
/// Sums of expressions by one thread. Blocks of at most <see cref="VectorsOfBlock"/> vectors are summed in float, in four chains; the sums of
/// blocks are added in double, so that the error stays that of a block whatever the length.
/// </summary>
internal static class Summation
{
    private const int VectorsOfBlock = 64;

    /// <summary>The sum of terms 0 to length - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum<TTerms>(nint length, TTerms terms)
        where TTerms : struct, ITerms
    {
        double total = 0;
        nint i = 0;
        if (Vector512.IsHardwareAccelerated) i = Vectors<TTerms, Lanes512<float>>(length, terms, ref total);
        else if (Vector256.IsHardwareAccelerated) i = Vectors<TTerms, Lanes256<float>>(length, terms, ref total);
        else if (Vector128.IsHardwareAccelerated) i = Vectors<TTerms, Lanes128<float>>(length, terms, ref total);
        for (; i < length; i++) total += Lane<float>.Sum(terms.At<Lane<float>>(i));
        return total;
    }

    /// <summary>The sums of terms 0 to length - 1 and of their squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double Sum, double Squares) SumAndSquares<TTerms>(nint length, TTerms terms)
        where TTerms : struct, ITerms
    {
        (double Sum, double Squares) totals = default;
        nint i = 0;
        if (Vector512.IsHardwareAccelerated) i = VectorsAndSquares<TTerms, Lanes512<float>>(length, terms, ref totals);
        else if (Vector256.IsHardwareAccelerated) i = VectorsAndSquares<TTerms, Lanes256<float>>(length, terms, ref totals);
        else if (Vector128.IsHardwareAccelerated) i = VectorsAndSquares<TTerms, Lanes128<float>>(length, terms, ref totals);
        for (; i < length; i++)
        {
            float term = Lane<float>.Sum(terms.At<Lane<float>>(i));
            totals = (totals.Sum + term, totals.Squares + term * term);
        }
        return totals;
    }

    private static nint VectorsAndSquares<TTerms, TLanes>(nint length, TTerms terms, ref (double Sum, double Squares) totals)
        where TTerms : struct, ITerms
        where TLanes : struct, ILanes<TLanes, float>
    {
        nint width = TLanes.Count, i = 0;
        double sum = 0, squares = 0;
        while (length - i >= width)
        {
            nint end = i + Math.Min(VectorsOfBlock, (length - i) / width) * width;
            TLanes s0 = TLanes.Zero, s1 = s0, s2 = s0, s3 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
            for (; i <= end - 4 * width; i += 4 * width)
            {
                TLanes t0 = terms.At<TLanes>(i), t1 = terms.At<TLanes>(i + width), t2 = terms.At<TLanes>(i + 2 * width), t3 = terms.At<TLanes>(i + 3 * width);
                (s0, s1, s2, s3) = (s0 + t0, s1 + t1, s2 + t2, s3 + t3);
                q0 = TLanes.MultiplyAdd(t0, t0, q0);
                q1 = TLanes.MultiplyAdd(t1, t1, q1);
                q2 = TLanes.MultiplyAdd(t2, t2, q2);
                q3 = TLanes.MultiplyAdd(t3, t3, q3);
            }
            for (; i < end; i += width)
            {
                TLanes t0 = terms.At<TLanes>(i);
                s0 += t0;
                q0 = TLanes.MultiplyAdd(t0, t0, q0);
            }
            sum += TLanes.Sum(s0 + s1 + (s2 + s3));
            squares += TLanes.Sum(q0 + q1 + (q2 + q3));
        }
        totals = (totals.Sum + sum, totals.Squares + squares);
        return i;
    }

    private static nint Vectors<TTerms, TLanes>(nint length, TTerms terms, ref double total)
        where TTerms : struct, ITerms
        where TLanes : struct, ILanes<TLanes, float>
    {
        nint width = TLanes.Count, i = 0;
        double sum = 0;
        while (length - i >= width)
        {
            nint end = i + Math.Min(VectorsOfBlock, (length - i) / width) * width;
            TLanes s0 = TLanes.Zero, s1 = s0, s2 = s0, s3 = s0;
            for (; i <= end - 4 * width; i += 4 * width)
            {
                s0 += terms.At<TLanes>(i);
                s1 += terms.At<TLanes>(i + width);
                s2 += terms.At<TLanes>(i + 2 * width);
                s3 += terms.At<TLanes>(i + 3 * width);
            }
            for (; i < end; i += width) s0 += terms.At<TLanes>(i);
            sum += TLanes.Sum(s0 + s1 + (s2 + s3));
        }
        total += sum;
        return i;
    }
}

/// <summary>The elements of an array.</summary>
internal unsafe struct StoredTerms : ITerms
{
    public float* X;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLanes At<TLanes>(nint i)
        where TLanes : struct, ILanes<TLanes, float> => TLanes.Load(X + i);
}
