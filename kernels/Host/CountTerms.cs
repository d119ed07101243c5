using System.Numerics;
using System.Runtime.CompilerServices;

namespace JaccardKernels.Host;

/// <summary>The intersection of multisets, a class at a time.</summary>
internal readonly struct MinimumTerm : IPairTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Add<TLanes, T>(TLanes sum, TLanes a, TLanes b)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IFloatingPointIeee754<T> => sum + TLanes.Min(a, b);
}

/// <summary>The scalar product of count vectors, a class at a time.</summary>
internal readonly struct ProductTerm : IPairTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Add<TLanes, T>(TLanes sum, TLanes a, TLanes b)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IFloatingPointIeee754<T> => TLanes.MultiplyAdd(a, b, sum);
}

/// <summary>Similarities from the sums of terms over a pair of rows, and over each with itself.</summary>
internal unsafe interface IPairValues<T>
    where T : unmanaged
{
    /// <summary>similarity[count]; <paramref name="empty"/> where both rows are.</summary>
    static abstract void Write(T* sums, T own, T* others, int count, float empty, float* similarity);
}

/// <summary>Of sums of minima.</summary>
internal readonly unsafe struct JaccardValues : IPairValues<float>
{
    public static void Write(float* sums, float own, float* others, int count, float empty, float* similarity) =>
        JaccardRatio.Write(sums, own, others, count, empty, similarity);
}

/// <summary>Of scalar products.</summary>
internal readonly unsafe struct CosineValues : IPairValues<double>
{
    public static void Write(double* sums, double own, double* others, int count, float empty, float* similarity)
    {
        for (int j = 0; j < count; j++)
        {
            similarity[j] = sums[j] != 0 ? (float)(sums[j] / Math.Sqrt(own * others[j]))
                : own == 0 && others[j] == 0 ? empty
                : 0f;
        }
    }
}
