using JaccardKernels.Retrieval;

namespace JaccardKernels.Fuzz;

/// <summary>Files of codes and embeddings that others write, read block by block.</summary>
internal static class CodeFileTargets
{
    /// <summary>Binary indexes of faiss.</summary>
    public static FuzzTarget Faiss(string name) => Codes(
        name, "fuzz.faiss", FaissBinaryFile.Open, path => Write(FaissBinaryFile.Create(path, 64, 3)), path => Write(FaissBinaryFile.Create(path, 64, 3, hasIds: true)));

    /// <summary>Codes as rows with lengths.</summary>
    public static FuzzTarget Bvecs(string name) => Codes(name, "fuzz.bvecs", BvecsFile.Open, path => Write(BvecsFile.Create(path, 64, 3)));

    /// <summary>Codes as .npy, of which only the header is believed at once.</summary>
    public static FuzzTarget Npy(string name) => Codes(name, "fuzz.npy", path => NpyCodeFile.Open(path), path => Write(NpyCodeFile.Create(path, 64, 3)));

    /// <summary>Embeddings as rows with lengths.</summary>
    public static FuzzTarget Fvecs(string name)
    {
        var scratch = new Scratch();
        string path = scratch["fuzz.fvecs"];
        return new FuzzTarget(name, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            using FvecsSource source = FvecsFile.Open(path);
            float[] block = new float[source.Dimensions];
            while (source.Read(block) > 0)
            {
            }
        })
        {
            Seeds =
            [
                scratch.BytesOf(file =>
                {
                    using FvecsSink sink = FvecsFile.Create(file, 4, 2);
                    sink.Write([1, -2, 3, 0.5f, 5, 6, 7, 8]);
                    sink.Commit();
                }),
            ],
            MessageStart = $"{path}: ", Owned = [scratch],
        };
    }

    private static FuzzTarget Codes(string name, string file, Func<string, ICodeSource> open, params Action<string>[] writers)
    {
        var scratch = new Scratch();
        string path = scratch[file];
        return new FuzzTarget(name, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            using ICodeSource source = open(path);
            long[] ids = new long[2];
            byte[] codes = new byte[ids.Length * (source.Bits / 8)];
            while (source.Read(ids, codes) > 0)
            {
            }
        })
        {
            Seeds = [.. writers.Select(scratch.BytesOf)], MessageStart = $"{path}: ", Owned = [scratch],
        };
    }

    private static void Write(CodeSink sink)
    {
        using (sink)
        {
            sink.Write(sink.HasIds ? [5, 1, 7] : [], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
            sink.Commit();
        }
    }
}
