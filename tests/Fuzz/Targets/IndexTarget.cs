using System.Buffers.Binary;
using System.IO.Hashing;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Fuzz;

/// <summary>The index file and its log: opened, and all that is in them looked at.</summary>
internal static class IndexTarget
{
    private const int Page = 4096, Block = 1 << 16, LogHeader = 40, RecordHead = 24;

    /// <summary>An index file without a log.</summary>
    public static FuzzTarget File(string name)
    {
        var scratch = new Scratch();
        string path = scratch["fuzz.jkx"];
        return new FuzzTarget(name, bytes =>
        {
            System.IO.File.WriteAllBytes(path, bytes);
            Look(path);
        })
        {
            Seeds =
            [
                .. from structure in Enum.GetValues<IndexStructure>()
                   from rich in new[] { false, true }
                   select scratch.BytesOf(file => Write(file, structure, rich)),
            ],
            MessageStart = $"{path}: ", Reseal = ResealFile, Structure = MutateFile, Owned = [scratch],
        };
    }

    /// <summary>The log of a sound index file of binary codes.</summary>
    public static FuzzTarget Log(string name) => LogOf(name, path =>
    {
        Write(path, IndexStructure.Flat, rich: true);
        using HammingIndex index = HammingIndex.Open(path, writable: true, threads: 1);
        index.Add([10, 4], [1, 2, 3, 4], ["ten", "four"], [1, 2, 3, 4]);
        index.Remove([2, 10]);
        index.Add([2], [5, 6], [""], [0, 0]);
    });

    /// <summary>The log of a sound index file of tables, with embeddings in its records.</summary>
    public static FuzzTarget TableLog(string name) => LogOf(name, path =>
    {
        Write(path, IndexStructure.InvertedFile, rich: true);
        using TableIndex index = TableIndex.Open(path, writable: true, threads: 1);
        index.AddCodes([10, 4], [17, 99], [1, 6.25f], ["ten", "four"], [1, 2, 3, 4]);
        index.Remove([2, 10]);
        index.AddCodes([2], [254], [16], [""], [0, 0]);
    });

    private static FuzzTarget LogOf(string name, Action<string> make)
    {
        var scratch = new Scratch();
        string path = scratch["fuzz.jkx"], log = path + ".log";
        make(path);
        byte[] sound = System.IO.File.ReadAllBytes(log);
        return new FuzzTarget(name, bytes =>
        {
            System.IO.File.WriteAllBytes(log, bytes);
            Look(path);
        })
        {
            Seeds = [sound, sound[..LogHeader]], MessageStart = $"{log}: ", Reseal = ResealLog, Structure = MutateLog, Owned = [scratch],
        };
    }

    private static void Write(string path, IndexStructure structure, bool rich)
    {
        if (structure is IndexStructure.Tables or IndexStructure.InvertedFile)
        {
            WriteTables(path, structure == IndexStructure.Tables ? 1 : 2, rich);
            return;
        }
        var content = new IndexContent(70) { HasNames = rich, Classes = rich ? 2 : 0, Origin = rich ? "made by a model" : "" };
        using BinaryIndex index = structure == IndexStructure.Jaccard ? JaccardIndex.Create(content, threads: 1) : HammingIndex.Create(content, threads: 1);
        index.Add([2, 7, 5], [1, 2, 3, 4, ulong.MaxValue, 63], rich ? ["a", "é", ""] : default, rich ? [1, 0, 2, 3, 0, 0] : default);
        if (index is HammingIndex hamming) hamming.Save(path, structure);
        else index.Save(path);
    }

    // As small as a quantizer can be.
    private static void WriteTables(string path, int lists, bool rich)
    {
        var quantizer = new SafetensorsFile();
        new AdditiveCodebooks([.. Enumerable.Range(0, AdditiveCodebooks.Codewords).Select(i => i / 16f)], dimensions: 1).AddTo(quantizer);
        using var stream = new MemoryStream();
        quantizer.Write(stream);
        var content = new TableContent(stream.ToArray())
        {
            KeepsEmbeddings = rich, HasNames = rich, Classes = rich ? 2 : 0, Origin = rich ? "made by a model" : "",
        };
        using TableIndex index = TableIndex.Create(content, threads: 1);
        index.AddCodes([2, 7, 5], [1, 200, 255], rich ? [0.1f, 12, 16] : default, rich ? ["a", "é", ""] : default, rich ? [1, 0, 2, 3, 0, 0] : default);
        index.Save(path, lists);
    }

    private static void Look(string path)
    {
        using StoredIndex any = StoredIndex.OpenAny(path, threads: 1);
        if (any is TableIndex tables) LookAtTables(tables);
        else Look((BinaryIndex)any);
        any.Check();
    }

    private static void LookAtTables(TableIndex index)
    {
        float[] query = new float[index.QueryLength], distances = new float[5];
        long[] ids = new long[5];
        if (index.KeepsEmbeddings) index.Rerank = 3;
        index.Search(query, 5, distances, ids);
        index.Probes = 1;
        index.Search(query, 5, distances, ids);
        _ = index.NameOf(ids[0]);
        _ = index.Classes > 0 && index.TryGetLabels(ids[0], new int[index.Classes]);
        _ = index.TryReconstruct(ids[0], query);
    }

    private static void Look(BinaryIndex index)
    {
        using (ItemCursor items = index.Items())
        {
            long[] ids = new long[16];
            ulong[] codes = new ulong[ids.Length * index.QueryLength], code = new ulong[index.QueryLength];
            int[] labels = new int[index.Classes];
            for (int read; (read = items.Read(ids, codes)) > 0;)
            {
                // Ids that do not rise, which only a forged file has, are not all found by them.
                _ = index.NameOf(ids[0]);
                _ = index.Classes > 0 && index.TryGetLabels(ids[read - 1], labels);
                _ = index.TryReconstruct(ids[read / 2], code);
            }
        }
        ulong[] query = new ulong[index.QueryLength];
        if (index is HammingIndex hamming) hamming.Search(query, 5, new int[5], new long[5]);
        else ((JaccardIndex)index).Search(query, 5, new float[5], new long[5]);
    }

    // Most of a file is filled up with zeros: mutations go where there is something else.
    private static byte[] MutateFile(FuzzRandom random, byte[] bytes) =>
        MutateAt(random, bytes, random.OneIn(2) ? 8 : Page * (1 + random.Below(Math.Max(1, bytes.Length / Page))), 240);

    private static byte[] MutateLog(FuzzRandom random, byte[] bytes) => MutateAt(random, bytes, random.Below(Math.Max(1, bytes.Length)), 40);

    private static byte[] MutateAt(FuzzRandom random, byte[] bytes, int start, int length)
    {
        length = Math.Min(bytes.Length - start, length);
        if (length <= 0) return bytes;
        byte[] part = ByteMutations.Apply(random, bytes[start..(start + length)], bytes[..Math.Min(bytes.Length, 160)]);
        // As many bytes as before, so that what follows stays where it is.
        Array.Resize(ref part, length);
        return ByteMutations.Replace(bytes, start, length, part);
    }

    // The checksums of all blocks, their own, and the header's.
    private static byte[] ResealFile(byte[] bytes)
    {
        if (bytes.Length < Page) return bytes;
        byte[] result = [.. bytes];
        Span<byte> header = result.AsSpan(0, Page);
        long checks = BinaryPrimitives.ReadInt64LittleEndian(header[48..]);
        if (checks >= Page && checks <= bytes.Length)
        {
            Span<byte> all = result.AsSpan((int)checks);
            for (int at = Page, block = 0; at < checks && all.Length >= 8 * (block + 1); at += Block, block++)
                BinaryPrimitives.WriteUInt64LittleEndian(all[(8 * block)..], XxHash3.HashToUInt64(result.AsSpan(at, (int)Math.Min(Block, checks - at))));
            BinaryPrimitives.WriteUInt64LittleEndian(header[56..], XxHash3.HashToUInt64(all));
        }
        BinaryPrimitives.WriteUInt64LittleEndian(header[(Page - 8)..], XxHash3.HashToUInt64(header[..(Page - 8)]));
        return result;
    }

    // The header's hash, and the chain of hashes as far as the lengths of the records lead.
    private static byte[] ResealLog(byte[] bytes)
    {
        if (bytes.Length < LogHeader) return bytes;
        byte[] result = [.. bytes];
        ulong seed = XxHash3.HashToUInt64(result.AsSpan(0, 32));
        BinaryPrimitives.WriteUInt64LittleEndian(result.AsSpan(32), seed);
        for (int at = LogHeader; at + RecordHead <= result.Length;)
        {
            long length = BinaryPrimitives.ReadInt64LittleEndian(result.AsSpan(at));
            ulong head = XxHash3.HashToUInt64(result.AsSpan(at, 16), (long)seed);
            BinaryPrimitives.WriteUInt64LittleEndian(result.AsSpan(at + 16), head);
            if (length < 0 || length > result.Length - at - RecordHead - 8) break;
            at += RecordHead;
            seed = XxHash3.HashToUInt64(result.AsSpan(at, (int)length), (long)head);
            BinaryPrimitives.WriteUInt64LittleEndian(result.AsSpan(at + (int)length), seed);
            at += (int)length + 8;
        }
        return result;
    }
}
