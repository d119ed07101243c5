using JaccardKernels.Engine;

namespace JaccardKernels.Tests.Files;

public class AtomicFileTests
{
    [Test]
    public void CommitReplacesTheTargetAndLeavesNothingElse()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a"], "old");
        AtomicFile.WriteAllText(folder["a"], "new");
        Assert.That(File.ReadAllText(folder["a"]), Is.EqualTo("new"));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void WithoutCommitTheTargetIsAsItWas()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a"], "old");
        using (var file = AtomicFile.Create(folder["a"]))
        {
            file.Stream.Write(new byte[100_000]);
            Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(2));
        }
        Assert.That(File.ReadAllText(folder["a"]), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void UnwritableTargetsAreNamed()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => AtomicFile.Create(folder.Path), Throws.InstanceOf<IOException>().With.Message.Contains("is a folder"));
        Assert.That(
            () => AtomicFile.Create(System.IO.Path.Combine(folder.Path, "no", "a")),
            Throws.InstanceOf<DirectoryNotFoundException>().With.Message.Contains("does not exist"));
    }
}
