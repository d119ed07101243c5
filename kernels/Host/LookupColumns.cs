using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>Codes of bytes, an item a row, turned into columns: byte m of neighbouring items side by side.</summary>
internal static unsafe class LookupColumns
{
    // Rows and columns that are turned at once, in sixteen registers.
    private const int Rows = 16, Width = 8;

    /// <summary>columns[m stride + i] = codes[i width + m], for m from 0 to width - 1 and i from 0 to count - 1.</summary>
    public static void Turn(byte* codes, int width, int count, byte* columns, nint stride)
    {
        for (int column = 0; column < width; column += Width)
        {
            int wanted = Math.Min(Width, width - column);
            nint row = 0;
            // A row is read to its eighth byte, which may be the next one's.
            if (Sse2.IsSupported)
            {
                for (; (row + Rows - 1) * width + column + Width <= (nint)count * width; row += Rows)
                    TurnBlock(codes + row * width + column, width, wanted, columns + column * stride + row, stride);
            }
            for (; row < count; row++)
            {
                for (int m = column; m < column + wanted; m++) columns[m * stride + row] = codes[row * width + m];
            }
        }
    }

    // Interleaving rows i and i + 8, what comes of i and i + 4, and so on, leaves the rows of each column in order.
    private static void TurnBlock(byte* codes, nint width, int wanted, byte* columns, nint stride)
    {
        Vector128<byte> a0 = Pair(codes, width, 0), a1 = Pair(codes, width, 1), a2 = Pair(codes, width, 2), a3 = Pair(codes, width, 3);
        Vector128<byte> a4 = Pair(codes, width, 4), a5 = Pair(codes, width, 5), a6 = Pair(codes, width, 6), a7 = Pair(codes, width, 7);
        Vector128<byte> b0 = Sse2.UnpackLow(a0, a4), b1 = Sse2.UnpackLow(a1, a5), b2 = Sse2.UnpackLow(a2, a6), b3 = Sse2.UnpackLow(a3, a7);
        Vector128<byte> b4 = Sse2.UnpackHigh(a0, a4), b5 = Sse2.UnpackHigh(a1, a5), b6 = Sse2.UnpackHigh(a2, a6), b7 = Sse2.UnpackHigh(a3, a7);
        Vector128<byte> c0 = Sse2.UnpackLow(b0, b2), c1 = Sse2.UnpackLow(b1, b3), c2 = Sse2.UnpackHigh(b0, b2), c3 = Sse2.UnpackHigh(b1, b3);
        Vector128<byte> c4 = Sse2.UnpackLow(b4, b6), c5 = Sse2.UnpackLow(b5, b7), c6 = Sse2.UnpackHigh(b4, b6), c7 = Sse2.UnpackHigh(b5, b7);
        Store(c0, c1, 0, wanted, columns, stride);
        Store(c2, c3, 2, wanted, columns, stride);
        Store(c4, c5, 4, wanted, columns, stride);
        Store(c6, c7, 6, wanted, columns, stride);
    }

    private static Vector128<byte> Pair(byte* codes, nint width, nint row) => Sse2.UnpackLow(
        Vector128.CreateScalarUnsafe(*(ulong*)(codes + row * width)).AsByte(), Vector128.CreateScalarUnsafe(*(ulong*)(codes + (row + 8) * width)).AsByte());

    private static void Store(Vector128<byte> even, Vector128<byte> odd, int column, int wanted, byte* columns, nint stride)
    {
        if (column < wanted) Sse2.UnpackLow(even, odd).Store(columns + column * stride);
        if (column + 1 < wanted) Sse2.UnpackHigh(even, odd).Store(columns + (column + 1) * stride);
    }
}
