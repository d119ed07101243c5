using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>
/// Neighbouring elements of as many rows as the widest vector has lanes, read as columns, and written back: row i is lane i. Vectors are filled
/// 128 bits at a time, row 4 L + r into quarter L of vector r, so that transposing 4 x 4 elements within the quarters puts the rows in order.
/// </summary>
internal static unsafe class TransposedRows
{
    /// <summary>Rows that are taken at once.</summary>
    public static int Count => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1;

    /// <summary>columns[j Count + i] = rows[i][offset + j], for j = 0 to 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load4(float** rows, nint offset, float* columns)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> a = Gather512(rows, offset), b = Gather512(rows + 1, offset), c = Gather512(rows + 2, offset), d = Gather512(rows + 3, offset);
            Vector512<float> low = Avx512F.UnpackLow(a, b), lowNext = Avx512F.UnpackLow(c, d);
            Vector512<float> high = Avx512F.UnpackHigh(a, b), highNext = Avx512F.UnpackHigh(c, d);
            Avx512F.Shuffle(low, lowNext, 0x44).Store(columns);
            Avx512F.Shuffle(low, lowNext, 0xEE).Store(columns + 16);
            Avx512F.Shuffle(high, highNext, 0x44).Store(columns + 32);
            Avx512F.Shuffle(high, highNext, 0xEE).Store(columns + 48);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Vector256<float> a = Gather256(rows, offset), b = Gather256(rows + 1, offset), c = Gather256(rows + 2, offset), d = Gather256(rows + 3, offset);
            Vector256<float> low = Avx.UnpackLow(a, b), lowNext = Avx.UnpackLow(c, d), high = Avx.UnpackHigh(a, b), highNext = Avx.UnpackHigh(c, d);
            Avx.Shuffle(low, lowNext, 0x44).Store(columns);
            Avx.Shuffle(low, lowNext, 0xEE).Store(columns + 8);
            Avx.Shuffle(high, highNext, 0x44).Store(columns + 16);
            Avx.Shuffle(high, highNext, 0xEE).Store(columns + 24);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Transpose(
                Vector128.Load(rows[0] + offset), Vector128.Load(rows[1] + offset), Vector128.Load(rows[2] + offset), Vector128.Load(rows[3] + offset),
                columns, columns + 4, columns + 8, columns + 12);
        }
        else
        {
            for (int j = 0; j < 4; j++) columns[j] = rows[0][offset + j];
        }
    }

    /// <summary>rows[i][offset + j] = columns[j Count + i], for j = 0 to 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store4(float* columns, float** rows, nint offset)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> a = Vector512.Load(columns), b = Vector512.Load(columns + 16), c = Vector512.Load(columns + 32), d = Vector512.Load(columns + 48);
            Vector512<float> low = Avx512F.UnpackLow(a, b), lowNext = Avx512F.UnpackLow(c, d);
            Vector512<float> high = Avx512F.UnpackHigh(a, b), highNext = Avx512F.UnpackHigh(c, d);
            Scatter(Avx512F.Shuffle(low, lowNext, 0x44), rows, offset);
            Scatter(Avx512F.Shuffle(low, lowNext, 0xEE), rows + 1, offset);
            Scatter(Avx512F.Shuffle(high, highNext, 0x44), rows + 2, offset);
            Scatter(Avx512F.Shuffle(high, highNext, 0xEE), rows + 3, offset);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Vector256<float> a = Vector256.Load(columns), b = Vector256.Load(columns + 8), c = Vector256.Load(columns + 16), d = Vector256.Load(columns + 24);
            Vector256<float> low = Avx.UnpackLow(a, b), lowNext = Avx.UnpackLow(c, d), high = Avx.UnpackHigh(a, b), highNext = Avx.UnpackHigh(c, d);
            Scatter(Avx.Shuffle(low, lowNext, 0x44), rows, offset);
            Scatter(Avx.Shuffle(low, lowNext, 0xEE), rows + 1, offset);
            Scatter(Avx.Shuffle(high, highNext, 0x44), rows + 2, offset);
            Scatter(Avx.Shuffle(high, highNext, 0xEE), rows + 3, offset);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Transpose(
                Vector128.Load(columns), Vector128.Load(columns + 4), Vector128.Load(columns + 8), Vector128.Load(columns + 12),
                rows[0] + offset, rows[1] + offset, rows[2] + offset, rows[3] + offset);
        }
        else
        {
            for (int j = 0; j < 4; j++) rows[0][offset + j] = columns[j];
        }
    }

    /// <summary>rows[i][offset + j] = columns[j Count + i], for j = 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store2(float* columns, float** rows, nint offset)
    {
        for (int i = 0; i < Count; i++) (rows[i][offset], rows[i][offset + 1]) = (columns[i], columns[Count + i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gather512(float** rows, nint offset) => Vector512.Create(Gather256(rows, offset), Gather256(rows + 8, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Gather256(float** rows, nint offset) =>
        Vector256.Create(Vector128.Load(rows[0] + offset), Vector128.Load(rows[4] + offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(Vector512<float> values, float** rows, nint offset)
    {
        Scatter(values.GetLower(), rows, offset);
        Scatter(values.GetUpper(), rows + 8, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(Vector256<float> values, float** rows, nint offset)
    {
        values.GetLower().Store(rows[0] + offset);
        values.GetUpper().Store(rows[4] + offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* first, float* second, float* third, float* fourth)
    {
        Vector128<float> low, lowNext, high, highNext;
        if (AdvSimd.Arm64.IsSupported)
        {
            (low, lowNext) = (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipLow(c, d));
            (high, highNext) = (AdvSimd.Arm64.ZipHigh(a, b), AdvSimd.Arm64.ZipHigh(c, d));
        }
        else
        {
            (low, lowNext) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d));
            (high, highNext) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
        }
        Vector128.Create(low.GetLower(), lowNext.GetLower()).Store(first);
        Vector128.Create(low.GetUpper(), lowNext.GetUpper()).Store(second);
        Vector128.Create(high.GetLower(), highNext.GetLower()).Store(third);
        Vector128.Create(high.GetUpper(), highNext.GetUpper()).Store(fourth);
    }
}
