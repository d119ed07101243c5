using System.Diagnostics;
using System.Text;
using JaccardKernels.Data;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Data;

/// <summary>What mutated files have brought to light.</summary>
public sealed class BrokenLabelTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("""{"images":[{"id":1,"file_name":"\ud800"}]}""", "not JSON")]
    [TestCase("""{"images":[{"id":1,"file_name":"#"}]}""", "not JSON")]
    [TestCase("""{"#":[]}""", "not JSON")]
    [TestCase("""{"annotations":["x"]}""", "annotations[0]: no integer 'image_id'")]
    [TestCase("""{"images":[{"id":1,"file_name":"a\nb"},{"id":1,"file_name":"a\nb"}]}""", "the image id 1 (a b) is given twice")]
    [TestCase("""{"categories":[{"id":1,"name":"a\nb"},{"id":2,"name":"a\nb"}]}""", "the class 'a b' is named twice")]
    [TestCase("{\"images\":[{\"id\"\n:1,x}]}", "not JSON, or truncated")]
    public void CocoOfOtherKindsIsRefusedInOneLine(string json, string message)
    {
        string path = _folder["c.json"];
        // A byte that is never in UTF-8.
        Fixtures.Write(path, [.. Encoding.UTF8.GetBytes(json).Select(b => b == '#' ? (byte)0xFF : b)]);
        Refuses(() => CocoJson.Read(path, CrowdPolicy.Skip), path, message);
    }

    [TestCase("<\n", "not XML")]
    [TestCase("<annotation xmlns='a&#10;b'/>", "the root is <{a b}annotation>")]
    [TestCase("<annotation><object><name>a\nb</name></object></annotation>", "the object 'a b' has no bndbox")]
    public void VocIsRefusedInOneLine(string xml, string message)
    {
        Fixtures.Write(_folder["Annotations/a.xml"], xml);
        Refuses(() => VocXml.Read(_folder.Path), _folder["Annotations/a.xml"], message);
    }

    [Test]
    public void DeepXmlIsRefusedAtOnce()
    {
        Fixtures.Write(_folder["Annotations/a.xml"], $"<annotation>{string.Concat(Enumerable.Repeat("<a>", 200_000))}");
        long start = Stopwatch.GetTimestamp();
        Refuses(() => VocXml.Read(_folder.Path), _folder["Annotations/a.xml"], "nested more than 64 deep");
        // It was a minute and more.
        Assert.That(Stopwatch.GetElapsedTime(start).TotalSeconds, Is.LessThan(10));
    }

    [Test]
    public void AnArchivesBrokenDirectoryNamesTheArchive()
    {
        string path = _folder["a.zip"];
        Fixtures.WriteZip(path, ("1.png", [1]), ("2.png", [2]));
        byte[] bytes = File.ReadAllBytes(path);
        // The number of files, in the record at the end.
        bytes[^12]++;
        bytes[^14]++;
        Fixtures.Write(path, bytes);
        Refuses(() => ImageSource.Open(path), path, "nor a zip archive that can be read");
    }

    [Test]
    public void AnArchivesFileIsNotLargerThanItsBytesCanBe()
    {
        string path = _folder["a.zip"];
        Fixtures.WriteZip(path, ("1.png", new byte[100]));
        byte[] bytes = File.ReadAllBytes(path);
        // The length in the directory, 24 bytes into the entry.
        int entry = bytes.AsSpan().IndexOf("PK\x01\x02"u8);
        BitConverter.TryWriteBytes(bytes.AsSpan(entry + 24), 200_000_000);
        Fixtures.Write(path, bytes);
        using IImageSource source = ImageSource.Open(path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(() => source.Read("1.png"), path, "1.png cannot be unpacked: 200000000 bytes");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [TestCase("a\n.png")]
    public void AFileOfAnArchiveIsNamedInOneLine(string name)
    {
        string path = _folder["a.zip"];
        Fixtures.WriteZip(path, (name, [1, 2, 3]));
        using IImageSource source = ImageSource.Open(path);
        Refuses(() => source.Decode(name), path, "a .png: not an image");
    }

    [Test]
    public void APathMayBeginWithAnEqualsSign()
    {
        Assert.That(DataSpec.Parse("csv:=a.csv,images=x").ToString(), Is.EqualTo("csv:=a.csv,images=x"));
        Assert.That(() => DataSpec.Parse("csv:a.csv,=x"), Throws.InstanceOf<ArgumentException>().With.Message.Contains("'=x' is not of the form key=value"));
        Assert.That(() => DataSpec.Parse("no\nsuch"), Throws.InstanceOf<ArgumentException>().With.Message.StartsWith("data 'no such': "));
    }

    private static void Refuses(Action read, string start, string message) => Assert.That(
        read, Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith(start).And.Message.Contains(message).And.Message.Not.Contains("\n"));
}
