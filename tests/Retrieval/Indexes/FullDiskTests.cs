using System.Diagnostics;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Retrieval.Indexes;

/// <summary>A disk that is full, and a folder that cannot be written to: a file system of one megabyte in memory, where the system lets one be mounted.</summary>
public sealed class FullDiskTests
{
    private TemporaryFolder _folder = null!;
    private bool _mounted;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        Directory.CreateDirectory(_folder["disk"]);
        _mounted = OperatingSystem.IsLinux() && Try("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder["disk"]);
        if (!_mounted) Assert.Ignore("no file system can be mounted here");
    }

    [TearDown]
    public void TearDown()
    {
        if (_mounted) Assert.That(Try("umount", "-l", _folder["disk"]), Is.True);
        _folder.Dispose();
    }

    [Test]
    public void AFullDiskLeavesTheIndexAsItWas()
    {
        string path = _folder["disk/i.jkx"];
        using (HammingIndex made = HammingIndex.Create(new IndexContent(64), threads: 1))
        {
            made.Add([1, 2], [10, 20]);
            made.Save(path);
            long[] many = [.. Enumerable.Range(3, 200_000).Select(i => (long)i)];
            made.Add(many, [.. many.Select(id => (ulong)id)]);
            Assert.That(() => made.Save(path), Throws.InstanceOf<IOException>().With.Message.Not.Contains("\n"));
        }
        using (HammingIndex index = HammingIndex.Open(path, writable: true, threads: 1))
        {
            Assert.That(index.Count, Is.EqualTo(2), "the file that was there is there");
            long next = 100;
            Assert.That(
                () =>
                {
                    for (; ; next += 1000) index.Add([.. Enumerable.Range(0, 1000).Select(i => next + i)], new ulong[1000]);
                },
                Throws.InstanceOf<IOException>().With.Message.Not.Contains("\n"));
            Assert.That(next, Is.GreaterThan(100), "some were added");
            Assert.That(index.Count, Is.EqualTo(2 + (next - 100)));
            // What does not fit is refused again, and what fits is not.
            Assert.That(() => index.Add([.. Enumerable.Range(0, 1000).Select(i => next + i)], new ulong[1000]), Throws.InstanceOf<IOException>());
            Assert.That(() => index.Compact(), Throws.InstanceOf<IOException>());
            Assert.That(index.Remove([1]), Is.EqualTo(1));
        }
        Assert.That(Directory.GetFiles(_folder["disk"]).Select(Path.GetFileName), Is.EquivalentTo(["i.jkx", "i.jkx.log", ".i.jkx.lock"]));
        using HammingIndex again = HammingIndex.Open(path, threads: 1);
        again.Check();
        Assert.That(again.TryReconstruct(1, new ulong[1]), Is.False);
        Assert.That(again.TryReconstruct(2, new ulong[1]), Is.True);
    }

    [Test]
    public void AFolderThatCannotBeWrittenToCanBeSearched()
    {
        string path = _folder["disk/i.jkx"];
        using (HammingIndex made = HammingIndex.Create(new IndexContent(64), threads: 1))
        {
            made.Add([1, 2], [10, 20]);
            made.Save(path);
        }
        Assert.That(Try("mount", "-o", "remount,ro", _folder["disk"]), Is.True);
        using HammingIndex index = HammingIndex.Open(path, threads: 1);
        long[] ids = new long[2];
        index.Search([20], 2, new int[2], ids);
        Assert.That(ids, Is.EqualTo(new[] { 2, 1 }));
        Assert.That(
            () => HammingIndex.Open(path, writable: true),
            Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>().With.Message.Contains("i.jkx").And.Message.Not.Contains("\n"));
    }

    private static bool Try(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
