namespace JaccardKernels.Engine;

/// <summary>What the readers of array files share: lengths are believed only after they are compared with the file's own.</summary>
internal static class ArrayReader
{
    /// <summary>Bytes of an array, at most an array's limit.</summary>
    /// <exception cref="InvalidDataException">An extent is negative or beyond int, or the product is too large.</exception>
    public static int CheckedBytes(string name, ElementType type, ReadOnlySpan<long> shape, out int[] extents)
    {
        extents = new int[shape.Length];
        bool empty = shape.Contains(0);
        long bytes = type.Size();
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] is < 0 or > int.MaxValue)
                throw new InvalidDataException($"{name}: extent {i} is {shape[i]}; the range is 0 to {int.MaxValue}.");
            extents[i] = (int)shape[i];
            // Both factors are below 2^31 here, so the product cannot overflow; an empty array is empty whatever its other extents.
            if (!empty) bytes *= shape[i];
            if (bytes > Array.MaxLength)
                throw new InvalidDataException(
                    $"{name}: shape {StoredArray.ShapeToText<int>(extents.AsSpan(0, i + 1))}... of {type} exceeds {Array.MaxLength} bytes.");
        }
        return empty ? 0 : (int)bytes;
    }

    /// <summary>Bytes of an array of any size, or <see cref="long.MaxValue"/>, which no file has, for more.</summary>
    public static long SaturatedBytes(ElementType type, ReadOnlySpan<long> shape)
    {
        if (shape.Contains(0)) return 0;
        long bytes = type.Size();
        foreach (long extent in shape) bytes = bytes <= long.MaxValue / extent ? bytes * extent : long.MaxValue;
        return bytes;
    }

    /// <summary>Reads the elements.</summary>
    /// <exception cref="InvalidDataException">A boolean is neither 0 nor 1.</exception>
    public static byte[] ReadElements(Stream stream, string name, ElementType type, int bytes)
    {
        byte[] elements = GC.AllocateUninitializedArray<byte>(bytes);
        stream.ReadExactly(elements);
        if (type == ElementType.Bool)
        {
            int bad = elements.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1);
            if (bad >= 0) throw new InvalidDataException($"{name}: boolean {bad} is {elements[bad]}; the values are 0 and 1.");
        }
        return elements;
    }
}
