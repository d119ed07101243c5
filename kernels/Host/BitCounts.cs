using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>Bits of each byte, by shuffle: the value of a nibble picks its count, the high nibbles shifted down over the low (.NET has no VPOPCNT).</summary>
internal static class BitCounts
{
    /// <summary>Vectors whose counts a byte can add up: it grows by at most 8 with each, and 31 of them stay below 256.</summary>
    public const int VectorsPerSum = 31;

    private static Vector128<byte> Table => Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);

    /// <summary>The counts of nibbles. To be held in a register by the loop that counts: a table made for every vector halves its speed.</summary>
    public static Vector512<byte> Table512 => Vector512.Create(Table256, Table256);

    /// <inheritdoc cref="Table512"/>
    public static Vector256<byte> Table256 => Vector256.Create(Table, Table);

    /// <summary>The bits of each byte.</summary>
    /// <param name="v">The bytes.</param>
    /// <param name="table"><see cref="Table512"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Of(Vector512<byte> v, Vector512<byte> table)
    {
        Vector512<byte> low = Vector512.Create((byte)15);
        return Avx512BW.Shuffle(table, v & low) + Avx512BW.Shuffle(table, Vector512.ShiftRightLogical(v.AsUInt64(), 4).AsByte() & low);
    }

    /// <summary>The bits of each byte.</summary>
    /// <param name="v">The bytes.</param>
    /// <param name="table"><see cref="Table256"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(Vector256<byte> v, Vector256<byte> table)
    {
        Vector256<byte> low = Vector256.Create((byte)15);
        return Avx2.Shuffle(table, v & low) + Avx2.Shuffle(table, Vector256.ShiftRightLogical(v.AsUInt64(), 4).AsByte() & low);
    }

    /// <summary>The sum of the four bytes of each word, of bytes up to 248.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> SumWords(Vector512<byte> bytes) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(bytes, Vector512<sbyte>.One), Vector512<short>.One);

    /// <summary>The sum of the four bytes of each word, of bytes up to 248.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SumWords(Vector256<byte> bytes) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(bytes, Vector256<sbyte>.One), Vector256<short>.One);
}
