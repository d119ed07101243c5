using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Retrieval.Indexes;

/// <summary>What damage does to an index file and to its log: it is told, or it does not matter.</summary>
public class IndexFileTests
{
    [Test]
    public void TheCodesLieWhereTheFormatSays()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Make(folder, BinaryIndexTests.Kind.Flat);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bytes.AsSpan(0, 8).SequenceEqual("JKX\r\n\x1A\n\0"u8));
            Assert.That(BitConverter.ToInt32(bytes, 8), Is.EqualTo(2), "version");
            Assert.That(BitConverter.ToInt32(bytes, 16), Is.EqualTo(70), "bits");
            Assert.That(BitConverter.ToInt64(bytes, 24), Is.EqualTo(3), "items");
            Assert.That(BitConverter.ToUInt64(bytes, 4096 + 16), Is.EqualTo(3), "the second code, by id");
        }
    }

    [Test]
    public void EveryTruncationIsRefused([Values] BinaryIndexTests.Kind kind)
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Make(folder, kind);
        File.WriteAllBytes(folder["t.jkx"], whole);
        for (int length = whole.Length - 1; length >= 0; length--)
        {
            folder.Truncate("t.jkx", length);
            Assert.That(
                () => Dump(folder["t.jkx"]),
                Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith(folder["t.jkx"] + ": ").And.Message.Not.Contains("\n"), $"{length} bytes");
        }
    }

    [Test]
    public void EveryByteChangedIsToldOrHarmless([Values] BinaryIndexTests.Kind kind)
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Make(folder, kind);
        string sound = Dump(folder["i.jkx"]);
        File.WriteAllBytes(folder["t.jkx"], whole);
        for (int at = 0; at < whole.Length; at++)
        {
            folder.Overwrite("t.jkx", at, (byte)(whole[at] ^ (1 << (at % 8))));
            Assert.That(() => Dump(folder["t.jkx"]), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith(folder["t.jkx"] + ": "), $"byte {at}");
            folder.Overwrite("t.jkx", at, whole[at]);
        }
        Assert.That(Dump(folder["i.jkx"]), Is.EqualTo(sound));
    }

    [Test]
    public void DamageIsFoundByTheSearchThatReadsIt()
    {
        using var folder = new TemporaryFolder();
        using (HammingIndex made = HammingIndex.Create(new IndexContent(64)))
        {
            made.Add([.. Enumerable.Range(0, 30_000).Select(i => (long)i)], [.. Enumerable.Range(0, 30_000).Select(i => (ulong)i)]);
            made.Save(folder["i.jkx"]);
        }
        byte[] bytes = File.ReadAllBytes(folder["i.jkx"]);
        bytes[4096 + 20_000 * 8] ^= 1;
        File.WriteAllBytes(folder["i.jkx"], bytes);
        using HammingIndex index = HammingIndex.Open(folder["i.jkx"]);
        ulong[] code = new ulong[1];
        Assert.That(index.TryReconstruct(5, code) && code[0] == 5, "its block is sound");
        Assert.That(
            () => index.Search([1], 1, new int[1], new long[1]),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("its Codes").And.Message.Contains("do not match their checksum"));
    }

    [Test]
    public void OtherVersionsAndOtherFilesAreNamed()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Make(folder, BinaryIndexTests.Kind.Flat);
        bytes[8] = 1;
        File.WriteAllBytes(folder["t.jkx"], bytes);
        Assert.That(() => BinaryIndex.OpenAny(folder["t.jkx"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("version is 1; 2 is"));
        File.WriteAllText(folder["t.jkx"], "something else altogether");
        Assert.That(() => BinaryIndex.OpenAny(folder["t.jkx"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("is not an index"));
        Assert.That(() => BinaryIndex.OpenAny(folder["none"]), Throws.InstanceOf<FileNotFoundException>());
    }

    [Test]
    public void ALogCutAnywhereEndsWithItsLastWholeRecord()
    {
        using var folder = new TemporaryFolder();
        (long[] ends, string[] states) = MakeWithLog(folder);
        byte[] log = File.ReadAllBytes(folder["i.jkx.log"]);
        for (int length = 40; length <= log.Length; length++)
        {
            File.WriteAllBytes(folder["i.jkx.log"], log.AsSpan(0, length));
            int records = ends.Count(end => end <= length);
            Assert.That(Dump(folder["i.jkx"]), Is.EqualTo(states[records]), $"{length} bytes");
            // A writer goes on behind the last whole record.
            using (HammingIndex index = HammingIndex.Open(folder["i.jkx"], writable: true)) index.Add([1000], [7], ["after"]);
            Assert.That(new FileInfo(folder["i.jkx.log"]).Length, Is.EqualTo((records == 0 ? 40 : ends[records - 1]) + 24 + 8 + 8 + 8 + 4 + 5 + 8));
            Assert.That(Dump(folder["i.jkx"]), Does.Contain("after"));
        }
    }

    [Test]
    public void ALogThatEndsInZerosEndsWithItsLastWholeRecord([Values(1, 20, 24, 30, 500)] int zeros)
    {
        using var folder = new TemporaryFolder();
        (long[] ends, string[] states) = MakeWithLog(folder);
        byte[] log = File.ReadAllBytes(folder["i.jkx.log"]);
        File.WriteAllBytes(folder["i.jkx.log"], [.. log, .. new byte[zeros]]);
        Assert.That(Dump(folder["i.jkx"]), Is.EqualTo(states[^1]));
        // Room was made for the last record, and its beginning was written.
        int start = (int)ends[^2];
        File.WriteAllBytes(folder["i.jkx.log"], [.. log[..(start + 30)], .. new byte[log.Length - start - 30 + zeros]]);
        Assert.That(Dump(folder["i.jkx"]), Is.EqualTo(states[^2]));
    }

    [Test]
    public void EveryByteOfTheLogThatChangesIsTold()
    {
        using var folder = new TemporaryFolder();
        _ = MakeWithLog(folder);
        byte[] log = File.ReadAllBytes(folder["i.jkx.log"]);
        for (int at = 0; at < log.Length; at++)
        {
            log[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(folder["i.jkx.log"], log);
            Assert.That(
                () => HammingIndex.Open(folder["i.jkx"], writable: at % 2 == 0).Dispose(), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith(folder["i.jkx.log"] + ": "), $"byte {at}");
            log[at] ^= (byte)(1 << (at % 8));
        }
    }

    [Test]
    public void RecordsThatChangedPlacesAreTold()
    {
        using var folder = new TemporaryFolder();
        (long[] ends, _) = MakeWithLog(folder);
        byte[] log = File.ReadAllBytes(folder["i.jkx.log"]);
        (int a, int b, int c) = ((int)ends[0], (int)ends[1], (int)ends[2]);
        foreach (byte[] changed in (byte[][])[[.. log[..40], .. log[a..b], .. log[40..a], .. log[b..]], [.. log[..a], .. log[b..]], [.. log[..b], .. log[a..b], .. log[b..c]]])
        {
            File.WriteAllBytes(folder["i.jkx.log"], changed);
            Assert.That(() => Dump(folder["i.jkx"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("does not match its checksum"));
        }
    }

    [Test]
    public void ALogOfAnotherFileIsPassedOverOrRefused()
    {
        using var folder = new TemporaryFolder();
        (_, string[] states) = MakeWithLog(folder);
        byte[] log = File.ReadAllBytes(folder["i.jkx.log"]);
        using (HammingIndex index = HammingIndex.Open(folder["i.jkx"], writable: true)) index.Compact();
        Assert.That(Dump(folder["i.jkx"]), Is.EqualTo(states[^1]));
        // As a compaction that ended between its two renames leaves it.
        File.WriteAllBytes(folder["i.jkx.log"], log);
        Assert.That(Dump(folder["i.jkx"]), Is.EqualTo(states[^1]), "the log is in the file already");
        using (HammingIndex index = HammingIndex.Open(folder["i.jkx"], writable: true)) index.Add([1000], [7], ["after"]);
        Assert.That(Dump(folder["i.jkx"]), Does.Contain("after"));
        // As somebody leaves it who puts an old copy of the file beside a new log.
        File.Delete(folder["i.jkx"]);
        _ = Make(folder, BinaryIndexTests.Kind.Flat, name: "other.jkx");
        File.Move(folder["other.jkx"], folder["i.jkx"]);
        Assert.That(() => Dump(folder["i.jkx"]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("belongs to another file"));
        // A file written in its place is later than the log that it does not want.
        _ = Make(folder, BinaryIndexTests.Kind.Flat);
        Assert.That(Dump(folder["i.jkx"]), Does.Not.Contain("after"));
    }

    // An index of three items, one change a record, where each ends, and the states before and after them.
    private static (long[] Ends, string[] States) MakeWithLog(TemporaryFolder folder)
    {
        using (HammingIndex made = HammingIndex.Create(new IndexContent(64) { HasNames = true }))
        {
            made.Add([1, 2, 3], [10, 20, 30], ["one", "two", "three"]);
            made.Save(folder["i.jkx"]);
        }
        var ends = new List<long>();
        var states = new List<string> { Dump(folder["i.jkx"]) };
        using HammingIndex index = HammingIndex.Open(folder["i.jkx"], writable: true);
        foreach (Action<HammingIndex> change in (Action<HammingIndex>[])
            [i => i.Add([5, 4], [50, 40], ["five", "four"]), i => i.Remove([2, 5]), i => i.Add([2], [22], [""]), i => i.Remove([1])])
        {
            change(index);
            ends.Add(new FileInfo(folder["i.jkx.log"]).Length);
            states.Add(Dump(folder["i.jkx"]));
        }
        Assert.That(states, Is.Unique);
        return ([.. ends], [.. states]);
    }

    private static byte[] Make(TemporaryFolder folder, BinaryIndexTests.Kind kind, string name = "i.jkx")
    {
        var content = new IndexContent(70) { HasNames = true, Classes = 2, Origin = "network 1234" };
        using BinaryIndex index = kind == BinaryIndexTests.Kind.Jaccard ? JaccardIndex.Create(content) : HammingIndex.Create(content);
        index.Add([7, 3, 1L << 40], [3, 4, 1, 2, ulong.MaxValue, 63], ["a.png", "", "dossier/é.png"], [1, 0, 2, 0, 0, 3]);
        // By id: 3, 7, 2^40; the second word of the code of 7 is 4.
        BinaryIndexTests.Save(index, kind, folder[name]);
        return File.ReadAllBytes(folder[name]);
    }

    // Everything in an index, in words.
    private static string Dump(string path)
    {
        using BinaryIndex index = BinaryIndex.OpenAny(path, threads: 1);
        index.Check();
        using ItemCursor items = index.Items();
        long[] ids = new long[items.Count];
        ulong[] codes = new ulong[items.Count * index.QueryLength];
        _ = items.Read(ids, codes);
        int[] labels = new int[index.Classes];
        IEnumerable<string> lines = ids.Select((id, i) =>
        {
            _ = labels.Length > 0 && index.TryGetLabels(id, labels);
            return $"{id} {string.Join(',', codes.Skip(i * index.QueryLength).Take(index.QueryLength))} '{index.NameOf(id)}' {string.Join(',', labels)}";
        });
        (_, long[] found) = BinaryIndexTests.Find(index, new ulong[index.QueryLength], 10, null);
        return $"{index.Bits} {index.Origin} {string.Join(';', lines)} {string.Join(',', found)}";
    }
}
