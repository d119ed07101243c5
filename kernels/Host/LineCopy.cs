using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>
/// Copies and the like of short runs, whose call and branch costs would otherwise exceed the copy. The last vector of a run overlaps the one before it,
/// so that no run of four or more elements has a tail.
/// </summary>
internal static unsafe class LineCopy
{
    /// <summary>target[i] = source[i]; they do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* source, float* target, int count)
    {
        if (Vector512.IsHardwareAccelerated && count >= 16)
        {
            for (int i = 0; i < count - 16; i += 16) Vector512.Load(source + i).Store(target + i);
            Vector512.Load(source + count - 16).Store(target + count - 16);
        }
        else if (count >= 8)
        {
            for (int i = 0; i < count - 8; i += 8) Vector256.Load(source + i).Store(target + i);
            Vector256.Load(source + count - 8).Store(target + count - 8);
        }
        else if (count >= 4)
        {
            Vector128.Load(source).Store(target);
            Vector128.Load(source + count - 4).Store(target + count - 4);
        }
        else
        {
            for (int i = 0; i < count; i++) target[i] = source[i];
        }
    }

    /// <summary>target[i] = 0.</summary>
    public static void Zero(float* target, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8) Vector256.Store(Vector256<float>.Zero, target + i);
        for (; i < count; i++) target[i] = 0f;
    }

    /// <summary>target[i] += source[i].</summary>
    public static void Add(float* source, float* target, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8) Vector256.Store(Vector256.Load(target + i) + Vector256.Load(source + i), target + i);
        for (; i < count; i++) target[i] += source[i];
    }

    /// <summary>target[i] = line[first + i stride], zero outside 0..width-1.</summary>
    public static void Window(float* line, int width, int first, int stride, float* target, int count)
    {
        if (first >= 0 && first + (count - 1) * (long)stride < width)
        {
            Strided(line + first, stride, target, count);
            return;
        }
        int before = Math.Max(-first, 0), inside = Math.Max(width - first, 0);
        // Without strides, most rows of a padded image come here: no divisions for them.
        if (stride > 1) (before, inside) = ((before + stride - 1) / stride, (inside + stride - 1) / stride);
        int low = Math.Min(count, before), high = Math.Max(low, Math.Min(count, inside));
        for (int i = 0; i < low; i++) target[i] = 0f;
        Strided(line + first + (nint)low * stride, stride, target + low, high - low);
        for (int i = high; i < count; i++) target[i] = 0f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Strided(float* source, nint stride, float* target, int count)
    {
        if (stride == 1)
        {
            Copy(source, target, count);
            return;
        }
        int i = Avx512F.IsSupported && (stride is 2 or 4) ? Deinterleave(source, (int)stride, target, count) : 0;
        source += i * stride;
        for (; i + 4 <= count; i += 4, source += 4 * stride)
            (target[i], target[i + 1], target[i + 2], target[i + 3]) = (source[0], source[stride], source[2 * stride], source[3 * stride]);
        for (; i < count; i++, source += stride) target[i] = *source;
    }

    // Sixteen at a time from two or four vectors, as long as another element follows: no vector reaches beyond it. The last sixteen overlap those before;
    // their vectors end with the last element instead of beginning with the first. Fewer than seventeen are left to the caller.
    private static int Deinterleave(float* source, int stride, float* target, int count)
    {
        if (count <= 16) return 0;
        Vector512<int> every = Vector512<int>.Indices * stride;
        for (int i = 0; i < count - 16; i += 16) Every(source + i * stride, stride, every).Store(target + i);
        Every(source + (count - 16) * stride - (stride - 1), stride, every + Vector512.Create(stride - 1)).Store(target + count - 16);
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Every(float* source, int stride, Vector512<int> every)
    {
        Vector512<float> low = Avx512F.PermuteVar16x32x2(Vector512.Load(source), every, Vector512.Load(source + 16));
        if (stride == 2) return low;
        Vector512<float> high = Avx512F.PermuteVar16x32x2(Vector512.Load(source + 32), every, Vector512.Load(source + 48));
        return Vector512.Create(low.GetLower(), high.GetLower());
    }
}
