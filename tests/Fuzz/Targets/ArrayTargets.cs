using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Fuzz;

/// <summary>Files of arrays.</summary>
internal static class ArrayTargets
{
    /// <summary>Where the text of the header begins in a .npy file of version 1.</summary>
    private const int NpyText = 10;

    private static readonly IReadOnlyList<byte[]> s_words = FuzzTarget.WordsOf(
        "descr fortran_order shape False True |b1 |u1 |i1 <u2 <i2 <f2 <u4 <i4 <f4 <u8 <i8 <f8 >f4 |O <c8 (1,) (0,) () (2,3) {} {'descr':'<f4'} '\n'");

    /// <summary>An array, and what rows of labels or embeddings are made of it.</summary>
    public static FuzzTarget Npy(string name) => new(name, bytes =>
    {
        StoredArray array = NpyFile.Read(new MemoryStream(bytes), "fuzz.npy");
        if (array.Type is ElementType.Float16 or ElementType.Float32 or ElementType.Float64) _ = EmbeddingMatrix.From(array);
        else _ = LabelMatrix.From(array);
    })
    {
        Seeds = NpySeeds(), MessageStart = "fuzz.npy: ", Words = s_words, Text = NpyHeader, Reseal = NpyReseal,
    };

    /// <summary>Packed codes.</summary>
    public static FuzzTarget Codes(string name)
    {
        var scratch = new Scratch();
        string path = scratch["codes.npy"];
        return new FuzzTarget(name, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            _ = PackedCodes.ReadNpy(path).ToBytes();
        })
        {
            Seeds =
            [
                scratch.BytesOf(file => new PackedCodes(64, [1, 2, 3]).WriteNpy(file)),
                scratch.BytesOf(file => new PackedCodes(8, [1, 200]).WriteNpy(file)),
                scratch.BytesOf(file => new PackedCodes(200, [1, 2, 3, 4]).WriteNpy(file)),
            ],
            MessageStart = $"{path}: ", Words = s_words, Text = NpyHeader, Reseal = NpyReseal, Owned = [scratch],
        };
    }

    /// <summary>Tensors and metadata.</summary>
    public static FuzzTarget Safetensors(string name)
    {
        using var scratch = new Scratch();
        return new FuzzTarget(name, bytes => _ = SafetensorsFile.Read(new MemoryStream(bytes), "fuzz.safetensors"))
        {
            Seeds = [scratch.BytesOf(WriteTensors), .. FuzzTarget.TextsOf("\x02\0\0\0\0\0\0\0{}")],
            MessageStart = "fuzz.safetensors: ",
            Words = FuzzTarget.WordsOf("dtype shape data_offsets __metadata__ F32 F16 F64 BF16 BOOL U8 I8 U16 I64 [] [0] [0,0] [1,2] [0,8] {} \"a\" \"\""),
            Text = SafetensorsBytes.Header, Reseal = SafetensorsBytes.Reseal, Structure = SafetensorsBytes.Mutate,
        };
    }

    private static void WriteTensors(string path)
    {
        var file = new SafetensorsFile(path);
        file.Add<float>("conv.weight", [1, 2, 3, 4, 5, 6], 1, 2, 3);
        file.Add<byte>("codes", [1, 2, 3], 3);
        file.Add<bool>("mask", [true, false], 2, 1);
        file.Add<long>("scalar", [5], []);
        file.Add<float>("empty", [], 0, 4);
        (file.Metadata["format"], file.Metadata["name"]) = ("test", "é \"quoted\"");
        file.Write(path);
    }

    private static byte[][] NpySeeds()
    {
        using var scratch = new Scratch();
        return
        [
            scratch.BytesOf(path => NpyFile.Write<float>(path, [1, 2, 3, 4, 5, 6], 2, 3)), scratch.BytesOf(path => NpyFile.Write<byte>(path, [1, 2, 3], 3, 1)),
            scratch.BytesOf(path => NpyFile.Write<long>(path, [1, 2, 3, 4], 2, 2)), scratch.BytesOf(path => NpyFile.Write<bool>(path, [true, false], 1, 2)),
            scratch.BytesOf(path => NpyFile.Write<Half>(path, [(Half)1, (Half)2], 2, 1)), scratch.BytesOf(path => NpyFile.Write<double>(path, [], 0, 7)),
            scratch.BytesOf(path => NpyFile.Write<int>(path, [7], 1, 1)),
        ];
    }

    private static (int Start, int End) NpyHeader(byte[] bytes) => bytes.Length < NpyText
        ? (0, 0)
        : (NpyText, Math.Min(bytes.Length, NpyText + (bytes[8] | bytes[9] << 8)));

    // The header ends with its line.
    private static byte[] NpyReseal(byte[] bytes)
    {
        int end = bytes.AsSpan(Math.Min(NpyText, bytes.Length)).IndexOf((byte)'\n');
        if (end < 0) return bytes;
        byte[] result = [.. bytes];
        (result[8], result[9]) = ((byte)(end + 1), (byte)(end + 1 >> 8));
        return result;
    }
}
