using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>
/// One operand of a product, read in lines: runs of elements along the axis in which it is contiguous. An operand that does not exist in
/// memory (the patches of a convolution) builds the line in the buffer; one that does returns its own address.
/// </summary>
internal unsafe interface ILineSource
{
    /// <summary>Lines run along the summed axis k (and number the rows or columns of the result), not along the result.</summary>
    bool AlongK { get; }

    /// <summary>Lines lie in memory as they are, so that an operand may be packed whole; else packing computes them.</summary>
    bool IsStored { get; }

    /// <summary>The elements [start, start + count) of a line; valid until the next call.</summary>
    /// <param name="line">Number of the line.</param>
    /// <param name="start">First element.</param>
    /// <param name="count">Elements.</param>
    /// <param name="buffer">Room for count elements.</param>
    float* Line(int line, int start, int count, float* buffer);
}

/// <summary>A matrix in memory, or its transpose.</summary>
internal readonly unsafe struct MatrixLines(float* data, nint stride, bool alongK) : ILineSource
{
    public bool AlongK => alongK;

    public bool IsStored => true;

    public float* Line(int line, int start, int count, float* buffer) => data + line * stride + start;
}

/// <summary>
/// Copies operands into panels <c>[panel][k][width]</c>, the order in which the register tile reads them. The last panel is filled up with zeros, or, if tight,
/// only as wide as the rows that are left.
/// </summary>
internal static unsafe class GemmPacking
{
    /// <summary>Packs the rows (or columns) [start, start + count) and the terms [k0, k0 + kc).</summary>
    /// <param name="source">The operand.</param>
    /// <param name="start">First row or column.</param>
    /// <param name="count">Rows or columns.</param>
    /// <param name="k0">First term.</param>
    /// <param name="kc">Terms.</param>
    /// <param name="width">Rows or columns of a panel.</param>
    /// <param name="packed">ceil(count / width) panels of kc width elements; if tight, count kc elements.</param>
    /// <param name="buffer">Room for max(count, width kc) elements.</param>
    /// <param name="isTight">The last panel is as wide as rows are left.</param>
    public static void Pack<TSource>(ref TSource source, int start, int count, int k0, int kc, int width, float* packed, float* buffer, bool isTight = false)
        where TSource : struct, ILineSource
    {
        int last = isTight && count % width != 0 ? count % width : width;
        if (source.AlongK) PackTransposed(ref source, start, count, k0, kc, width, last, packed, buffer);
        else PackStraight(ref source, start, count, k0, kc, width, last, packed, buffer);
    }

    private static void PackStraight<TSource>(ref TSource source, int start, int count, int k0, int kc, int width, int last, float* packed, float* buffer)
        where TSource : struct, ILineSource
    {
        int panels = count / width, rest = count % width;
        nint panelSize = (nint)kc * width;
        for (int k = 0; k < kc; k++)
        {
            float* line = source.Line(k0 + k, start, count, buffer);
            float* target = packed + (nint)k * width;
            for (int panel = 0; panel < panels; panel++, target += panelSize, line += width) LineCopy.Copy(line, target, width);
            if (rest == 0) continue;
            target = packed + panels * panelSize + (nint)k * last;
            for (int i = 0; i < rest; i++) target[i] = line[i];
            for (int i = rest; i < last; i++) target[i] = 0f;
        }
    }

    private static void PackTransposed<TSource>(ref TSource source, int start, int count, int k0, int kc, int width, int last, float* packed, float* buffer)
        where TSource : struct, ILineSource
    {
        float** lines = stackalloc float*[width];
        for (int first = 0; first < count; first += width, packed += (nint)kc * width)
        {
            int rows = Math.Min(width, count - first), step = first + width < count ? width : last;
            for (int i = 0; i < rows; i++) lines[i] = source.Line(start + first + i, k0, kc, buffer + (nint)i * kc);
            int done = 0;
            if (Avx.IsSupported)
            {
                // The last block of 8 rows may overlap the one before: the same values are written twice.
                for (; done < rows && rows >= 8; done += 8)
                {
                    done = Math.Min(done, rows - 8);
                    Transpose8(lines + done, kc, step, packed + done);
                }
                done = Math.Min(done, rows);
            }
            for (int i = done; i < rows; i++)
            {
                float* line = lines[i];
                for (int k = 0; k < kc; k++) packed[(nint)k * step + i] = line[k];
            }
            for (int i = rows; i < step; i++)
                for (int k = 0; k < kc; k++) packed[(nint)k * step + i] = 0f;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose8(float** lines, int kc, nint width, float* target)
    {
        float* r0 = lines[0], r1 = lines[1], r2 = lines[2], r3 = lines[3], r4 = lines[4], r5 = lines[5], r6 = lines[6], r7 = lines[7];
        int k = 0;
        for (; k + 8 <= kc; k += 8, target += 8 * width)
        {
            Vector256<float> a0 = Vector256.Load(r0 + k), a1 = Vector256.Load(r1 + k), a2 = Vector256.Load(r2 + k), a3 = Vector256.Load(r3 + k);
            Vector256<float> a4 = Vector256.Load(r4 + k), a5 = Vector256.Load(r5 + k), a6 = Vector256.Load(r6 + k), a7 = Vector256.Load(r7 + k);
            Vector256<float> b0 = Avx.UnpackLow(a0, a1), b1 = Avx.UnpackHigh(a0, a1), b2 = Avx.UnpackLow(a2, a3), b3 = Avx.UnpackHigh(a2, a3);
            Vector256<float> b4 = Avx.UnpackLow(a4, a5), b5 = Avx.UnpackHigh(a4, a5), b6 = Avx.UnpackLow(a6, a7), b7 = Avx.UnpackHigh(a6, a7);
            a0 = Avx.Shuffle(b0, b2, 0x44);
            a1 = Avx.Shuffle(b0, b2, 0xEE);
            a2 = Avx.Shuffle(b1, b3, 0x44);
            a3 = Avx.Shuffle(b1, b3, 0xEE);
            a4 = Avx.Shuffle(b4, b6, 0x44);
            a5 = Avx.Shuffle(b4, b6, 0xEE);
            a6 = Avx.Shuffle(b5, b7, 0x44);
            a7 = Avx.Shuffle(b5, b7, 0xEE);
            Vector256.Store(Avx.Permute2x128(a0, a4, 0x20), target);
            Vector256.Store(Avx.Permute2x128(a1, a5, 0x20), target + width);
            Vector256.Store(Avx.Permute2x128(a2, a6, 0x20), target + 2 * width);
            Vector256.Store(Avx.Permute2x128(a3, a7, 0x20), target + 3 * width);
            Vector256.Store(Avx.Permute2x128(a0, a4, 0x31), target + 4 * width);
            Vector256.Store(Avx.Permute2x128(a1, a5, 0x31), target + 5 * width);
            Vector256.Store(Avx.Permute2x128(a2, a6, 0x31), target + 6 * width);
            Vector256.Store(Avx.Permute2x128(a3, a7, 0x31), target + 7 * width);
        }
        for (; k < kc; k++, target += width)
        {
            target[0] = r0[k];
            target[1] = r1[k];
            target[2] = r2[k];
            target[3] = r3[k];
            target[4] = r4[k];
            target[5] = r5[k];
            target[6] = r6[k];
            target[7] = r7[k];
        }
    }
}
