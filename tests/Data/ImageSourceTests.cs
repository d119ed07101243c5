using System.IO.Compression;
using JaccardKernels.Data;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Data;

public class ImageSourceTests
{
    [Test]
    public void FolderAndZipHoldTheSame()
    {
        using var folder = new TemporaryFolder();
        (string Name, byte[] Bytes)[] files =
            [("b/two.png", Fixtures.Png(Fixtures.Pattern(5, 4, 2))), ("a.jpg", Fixtures.Png(Fixtures.Pattern(3, 3))), ("b/readme.txt", [1, 2, 3])];
        foreach ((string name, byte[] bytes) in files) Fixtures.Write(folder["images/" + name], bytes);
        Fixtures.WriteZip(folder["images.zip"], files);
        foreach (string path in (string[])[folder["images"], folder["images.zip"]])
        {
            using IImageSource source = ImageSource.Open(path);
            Assert.That(source.Names, Is.EqualTo(new[] { "a.jpg", "b/two.png" }));
            Assert.That(source.Read("b/two.png"), Is.EqualTo(files[0].Bytes));
            Assert.That(source.Decode("b/two.png").Width, Is.EqualTo(5));
        }
    }

    [Test]
    public void ManyThreadsReadOneZip()
    {
        using var folder = new TemporaryFolder();
        Fixtures.WriteZip(folder["z.zip"], Enumerable.Range(0, 40).Select(i => ($"{i:00}.png", Fixtures.Png(Fixtures.Pattern(8, 8, i)))));
        using IImageSource source = ImageSource.Open(folder["z.zip"]);
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            RgbImage image = source.Decode($"{i % 40:00}.png");
            if (!image.Pixels.SequenceEqual(Fixtures.Pattern(8, 8, i % 40).Pixels)) throw new InvalidOperationException($"image {i % 40} differs");
        });
    }

    [Test]
    public void ListedNamesFindTheirFiles()
    {
        using var folder = new TemporaryFolder();
        byte[] png = Fixtures.Png(Fixtures.Pattern(2, 2));
        foreach (string name in (string[])["x/one.png", "x/both.jpg", "y/both.jpg", "top.png"]) Fixtures.Write(folder[name], png);
        using IImageSource source = ImageSource.Open(folder.Path);
        var names = new ImageNames(source);
        Assert.That(names.Resolve("x/one.png"), Is.EqualTo("x/one.png"));
        Assert.That(names.Resolve("./x\\one.png"), Is.EqualTo("x/one.png"));
        Assert.That(names.Resolve("x/one"), Is.EqualTo("x/one.png"));
        Assert.That(names.Resolve("one"), Is.EqualTo("x/one.png"));
        Assert.That(names.Resolve("elsewhere/one.png"), Is.EqualTo("x/one.png"));
        Assert.That(names.Resolve("elsewhere/top"), Is.EqualTo("top.png"));
        Assert.That(names.Resolve("y/both.jpg"), Is.EqualTo("y/both.jpg"));
        Assert.That(names.Resolve("one.jpg"), Is.Null);
        Assert.That(names.Resolve("none"), Is.Null);
        Assert.That(() => names.Resolve("both.jpg"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("several"));
    }

    [Test]
    public void WhatIsNoArchiveIsRefused()
    {
        using var folder = new TemporaryFolder();
        string text = Fixtures.Write(folder["text.zip"], "not a zip");
        Assert.That(() => ImageSource.Open(text), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(text));
        Assert.That(() => ImageSource.Open(folder["none"]), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("none"));
    }

    [Test]
    public void ADamagedEntryIsNamed()
    {
        using var folder = new TemporaryFolder();
        string path = folder["z.zip"];
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using Stream stream = archive.CreateEntry("a.png", CompressionLevel.SmallestSize).Open();
            stream.Write(new byte[20_000]);
        }
        byte[] bytes = File.ReadAllBytes(path);
        // The packed data of the only entry follows its 30-byte header and its name.
        bytes.AsSpan(35, 8).Fill(0xFF);
        File.WriteAllBytes(path, bytes);
        using IImageSource source = ImageSource.Open(path);
        Assert.That(() => source.Read("a.png"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("a.png"));
    }
}
