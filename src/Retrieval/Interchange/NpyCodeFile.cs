using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Codes as NumPy's .npy files, uint8 <c>[N, bits/8]</c>, of any size, and ids in a .npy file of their own, int64 <c>[N]</c>.
/// <see cref="PackedCodes.ReadNpy"/> reads such a file at once.
/// </summary>
public static class NpyCodeFile
{
    /// <summary>Opens codes. Nothing but headers is read yet.</summary>
    /// <param name="path">The codes.</param>
    /// <param name="idsPath">Their ids, or null where the rows are the ids.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">A file is not such an array, not whole, or the ids are not as many as the codes; the message is one
    /// line.</exception>
    public static ICodeSource Open(string path, string? idsPath = null) => Ownership.Pass(SourceFile.Open(path), codes => Open(codes, idsPath));

    /// <summary>Starts a file of codes, and one of ids if it is to have any. The two appear one after the other, the ids first.</summary>
    /// <param name="path">The codes.</param>
    /// <param name="bits">Bits of a code, a multiple of 8 from 8 to <see cref="PackedCodes.LargestBits"/>.</param>
    /// <param name="count">Codes there will be, 0 to <see cref="ICodeSource.LargestCount"/>.</param>
    /// <param name="idsPath">The ids, or null where the rows are the ids.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="IOException">A file cannot be made.</exception>
    public static CodeSink Create(string path, int bits, long count, string? idsPath = null)
    {
        CodeSink.CheckSizes(bits, count);
        return Ownership.Pass(AtomicFile.Create(path), codes =>
        {
            NpyFile.WriteHeader(codes.Stream, ElementType.UInt8, count, bits / 8);
            if (idsPath is null) return new FlatCodeSink(path, bits, count, codes, codes.Stream.Position);
            return Ownership.Pass(AtomicFile.Create(idsPath), ids =>
            {
                NpyFile.WriteHeader(ids.Stream, ElementType.Int64, count);
                return new FlatCodeSink(path, bits, count, codes, codes.Stream.Position, ids, ids.Stream.Position);
            });
        });
    }

    private static FlatCodeSource Open(SourceFile codes, string? idsPath)
    {
        NpyDescription array = NpyFile.ReadHeader(codes.Stream, codes.Name);
        RequireType(codes, array, ElementType.UInt8);
        if (array.Shape.Count != 2)
            throw new InvalidDataException($"{codes.Name}: the shape is {array.ShapeText}; a matrix [rows,columns] is needed.");
        (long count, long columns) = (array.Shape[0], array.Shape[1]);
        if (columns is < 1 or > PackedCodes.LargestBits / 8)
            throw new InvalidDataException($"{codes.Name}: codes have {columns} bytes; the range is 1 to {PackedCodes.LargestBits / 8}.");
        if (count > ICodeSource.LargestCount)
            throw new InvalidDataException($"{codes.Name}: has {count} codes; the limit is {ICodeSource.LargestCount}.");
        int bits = (int)columns * 8;
        if (idsPath is null) return new FlatCodeSource(codes, codes.Stream.Position, bits, count);
        return Ownership.Pass(SourceFile.Open(idsPath), ids =>
        {
            NpyDescription numbers = NpyFile.ReadHeader(ids.Stream, ids.Name);
            RequireType(ids, numbers, ElementType.Int64);
            if (numbers.Shape.Count != 1 || numbers.Shape[0] != count)
                throw new InvalidDataException($"{ids.Name}: the shape of the ids is {numbers.ShapeText}; [{count}] is needed, one for each code.");
            return new FlatCodeSource(codes, codes.Stream.Position, bits, count, ids, ids.Stream.Position);
        });
    }

    private static void RequireType(SourceFile file, NpyDescription array, ElementType type)
    {
        if (array.Type != type) throw new InvalidDataException($"{file.Name}: elements are {array.Type}; {type} is needed.");
    }
}
