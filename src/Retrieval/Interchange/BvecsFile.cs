namespace JaccardKernels.Retrieval;

/// <summary>Codes as .bvecs files of the TEXMEX data sets: each row the code's bytes, int32 bits/8 before them. There are no ids.</summary>
public static class BvecsFile
{
    /// <summary>Opens codes. Nothing but the first row's length is read yet.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It has no row, or not whole rows; the message is one line.</exception>
    public static ICodeSource Open(string path) =>
        Ownership.Pass(SourceFile.Open(path), file => new Source(new VecsReader(file, sizeof(byte), PackedCodes.LargestBits / 8)));

    /// <summary>Starts a file of codes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code, a multiple of 8 from 8 to <see cref="PackedCodes.LargestBits"/>.</param>
    /// <param name="count">Codes there will be, 1 to <see cref="ICodeSource.LargestCount"/>: a file of none could not say their length.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static CodeSink Create(string path, int bits, long count)
    {
        CodeSink.CheckSizes(bits, count);
        return new Sink(path, bits, count);
    }

    private sealed class Source(VecsReader rows) : CodeSource(rows.Name, rows.Dimensions * 8, rows.Count, hasIds: false)
    {
        public override void Dispose() => rows.Dispose();

        protected override void ReadCodes(long first, Span<byte> codes) => rows.Read(first, codes);
    }

    private sealed class Sink(string path, int bits, long count) : CodeSink(path, bits, count, hasIds: false)
    {
        private readonly VecsWriter<byte> _rows = new(path, bits / 8, count);

        private protected override void WriteRows(long first, ReadOnlySpan<long> ids, ReadOnlySpan<byte> codes) => _rows.Write(codes);

        private protected override void CommitFiles() => _rows.Commit();

        private protected override void CloseFiles() => _rows.Dispose();
    }
}
