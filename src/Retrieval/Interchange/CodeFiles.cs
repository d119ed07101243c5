namespace JaccardKernels.Retrieval;

/// <summary>Files of binary codes, told by what they are called or hold.</summary>
public static class CodeFiles
{
    /// <summary>Opens a file of codes: .npy (uint8 [N, bits/8]), .bvecs, .fvecs (embeddings, whose signs are the codes), or an index of faiss.</summary>
    /// <param name="path">The file.</param>
    /// <param name="idsPath">For .npy, a file of ids int64 [N], or null.</param>
    /// <exception cref="ArgumentException">Ids were given for a file that is no .npy.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not what its name says.</exception>
    public static ICodeSource Open(string path, string? idsPath = null)
    {
        string extension = Path.GetExtension(path);
        if (extension == ".npy") return NpyCodeFile.Open(path, idsPath);
        if (idsPath is not null) throw new ArgumentException($"ids in a file of their own go with .npy codes, not with {path}.");
        return extension switch
        {
            ".bvecs" => BvecsFile.Open(path),
            ".fvecs" => new SignSource(FvecsFile.Open(path)),
            _ => FaissBinaryFile.Open(path),
        };
    }

    /// <summary>Begins a file of codes: .npy, .bvecs, or whatever else it is called, an index of faiss.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code, a multiple of 8.</param>
    /// <param name="count">Codes there will be.</param>
    /// <param name="ids">Write their ids: for .npy into a file of their own.</param>
    /// <param name="idsPath">That file.</param>
    /// <exception cref="ArgumentException">The file can hold no ids, or has no place for them.</exception>
    public static CodeSink Create(string path, int bits, long count, bool ids, string? idsPath = null) => Path.GetExtension(path) switch
    {
        ".npy" when ids && idsPath is null => throw new ArgumentException($"{path}: the codes have ids of their own; a .npy file of ids is needed for them."),
        ".npy" => NpyCodeFile.Create(path, bits, count, idsPath),
        ".bvecs" when ids => throw new ArgumentException($"{path}: the codes have ids of their own; .bvecs keeps none."),
        ".bvecs" => BvecsFile.Create(path, bits, count),
        _ => FaissBinaryFile.Create(path, bits, count, ids),
    };
}
