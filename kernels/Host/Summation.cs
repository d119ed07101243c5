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

/// <summary>The terms of two sums over the same elements: a struct of pointers, compiled for every width of vector.</summary>
internal interface ITermPairs
{
    /// <summary>Adds terms i to i + Count - 1 to both sums.</summary>
    void Add<TLanes>(nint i, ref TLanes first, ref TLanes second)
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

    /// <summary>Both sums of terms 0 to length - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double First, double Second) Both<TTerms>(nint length, TTerms terms)
        where TTerms : struct, ITermPairs
    {
        (double First, double Second) totals = default;
        nint i = 0;
        if (Vector512.IsHardwareAccelerated) i = PairVectors<TTerms, Lanes512<float>>(length, terms, ref totals);
        else if (Vector256.IsHardwareAccelerated) i = PairVectors<TTerms, Lanes256<float>>(length, terms, ref totals);
        else if (Vector128.IsHardwareAccelerated) i = PairVectors<TTerms, Lanes128<float>>(length, terms, ref totals);
        for (; i < length; i++)
        {
            Lane<float> first = Lane<float>.Zero, second = first;
            terms.Add(i, ref first, ref second);
            totals = (totals.First + Lane<float>.Sum(first), totals.Second + Lane<float>.Sum(second));
        }
        return totals;
    }

    private static nint PairVectors<TTerms, TLanes>(nint length, TTerms terms, ref (double First, double Second) totals)
        where TTerms : struct, ITermPairs
        where TLanes : struct, ILanes<TLanes, float>
    {
        nint width = TLanes.Count, i = 0;
        double first = 0, second = 0;
        while (length - i >= width)
        {
            nint end = i + Math.Min(VectorsOfBlock, (length - i) / width) * width;
            TLanes s0 = TLanes.Zero, s1 = s0, s2 = s0, s3 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
            for (; i <= end - 4 * width; i += 4 * width)
            {
                terms.Add(i, ref s0, ref q0);
                terms.Add(i + width, ref s1, ref q1);
                terms.Add(i + 2 * width, ref s2, ref q2);
                terms.Add(i + 3 * width, ref s3, ref q3);
            }
            for (; i < end; i += width) terms.Add(i, ref s0, ref q0);
            first += TLanes.Sum(s0 + s1 + (s2 + s3));
            second += TLanes.Sum(q0 + q1 + (q2 + q3));
        }
        totals = (totals.First + first, totals.Second + second);
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
