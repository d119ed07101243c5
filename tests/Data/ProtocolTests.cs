using JaccardKernels.Data;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Data;

/// <summary>Small copies of the data sets retrieval is measured on, in exactly the layouts that they are distributed in.</summary>
public sealed class ProtocolTests
{
    private TemporaryFolder _folder = null!;
    private List<string> _notes = null!;

    [SetUp]
    public void SetUp() => (_folder, _notes) = (new TemporaryFolder(), []);

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void CocoIsSplitByTheListsOfThePaper()
    {
        WriteCoco();
        // The first list has one image of each part; the second is packed. The third image has other counts in the list.
        Fixtures.Write(_folder["lists/train.txt"], $"{Coco(1)} 1 1\n{Coco(6)} 0 6\n{Coco(3)} 0 1\n");
        Fixtures.WriteGzip(_folder["lists/test.txt.gz"], $"{Coco(2)} 0 2\n{Coco(5)} 1 5\n");
        using Dataset data = Open($"mscoco:{_folder.Path},lists={_folder["lists"]},size=8");
        Assert.That(data.ClassNames, Is.EqualTo(new[] { "person", "dog" }), "by category id");
        Assert.That(Ids(data.Train), Is.EqualTo(new[] { Coco(1), Coco(3), Coco(6) }));
        Assert.That(Ids(data.Query), Is.EqualTo(new[] { Coco(2), Coco(5) }));
        Assert.That(Ids(data.Database), Is.EqualTo(new[] { Coco(4), Coco(7), Coco(8), Coco(9) }), "what has labels and is not listed");
        Assert.That(Fixtures.Text(data.Query.Labels(1)), Is.EqualTo("1 5"), "counts of objects");
        Assert.That(_notes, Has.Count.EqualTo(1).And.All.Contain("1 of 3 images have another number of labels"));
        Assert.That(data.Tiles!.Count, Is.EqualTo(2 + 4 + 6), "the objects of the training images, for pretraining");

        // As a prefix: lists/coco_train.txt, as they lie beside those of other sets.
        File.Copy(_folder["lists/train.txt"], _folder["lists/coco_train.txt"]);
        File.Copy(_folder["lists/test.txt.gz"], _folder["lists/coco_test.txt.gz"]);
        using Dataset same = Open($"mscoco:{_folder.Path},lists={_folder["lists/coco"]},size=8");
        Assert.That(Ids(same.Query), Is.EqualTo(Ids(data.Query)));
    }

    [Test]
    public void CocoIsDrawnByTheSeedWhereThereAreNoLists()
    {
        WriteCoco();
        using Dataset data = Open($"mscoco:{_folder.Path},train=4,query=2,size=8"), same = Open($"mscoco:{_folder.Path},train=4,query=2,size=8");
        using Dataset other = Open($"mscoco:{_folder.Path},train=4,query=2,size=8,seed=2");
        AssertApart(data, 4, 2, 3);
        Assert.That(Ids(data.Train).Concat(Ids(data.Query)).Concat(Ids(data.Database)), Does.Not.Contain(Coco(10)), "it has no labels");
        Assert.That(Ids(same.Train), Is.EqualTo(Ids(data.Train)));
        Assert.That(Ids(other.Train), Is.Not.EqualTo(Ids(data.Train)));
        Refuses($"mscoco:{_folder.Path}", "the splits ask for 15000 images; 9 can be divided");
    }

    [TestCase("train2014/COCO_train2014_000000000099.jpg 1 0\n", "1 of 1 listed images are not annotated in", "000000000099.jpg")]
    [TestCase("train2014/COCO_train2014_000000000002.jpg -1 0\n", "train.txt:1: the count of class 'class0' is -1")]
    [TestCase("train2014/COCO_train2014_000000000002.jpg 16777216 1\n", "train.txt:1: ", "has 16777217 objects; the limit is 16777216")]
    [TestCase("val2014/COCO_val2014_000000000005.jpg 1 5\n", "COCO_val2014_000000000005.jpg is in the list of the train split too")]
    public void BadListsAreOneLine(string train, params string[] expected)
    {
        WriteCoco();
        Fixtures.Write(_folder["lists/train.txt"], train);
        Fixtures.Write(_folder["lists/test.txt"], $"{Coco(5)} 1 5\n");
        Refuses($"mscoco:{_folder.Path},lists={_folder["lists"]}", expected);
    }

    [Test]
    public void MissingFilesAreOneLineEach()
    {
        WriteCoco();
        Refuses($"mscoco:{_folder.Path},lists={_folder["none"]}", "none_train: no list of that name");
        foreach (int i in (int[])[2, 7]) File.Delete(_folder[Coco(i)]);
        Refuses($"mscoco:{_folder.Path},train=4,query=2", "2 of 9 listed images are not in", Coco(2), Coco(7));
        File.Delete(_folder["annotations/instances_val2014.json"]);
        Refuses($"mscoco:{_folder.Path}", "instances_val2014.json: no such label file");
        Refuses($"nuswide:{_folder.Path}", "train: no list of that name");
        Refuses($"mirflickr:{_folder["none"]}", "none");
    }

    [Test]
    public void NusWideByTheListsOfHashNet([Values(21, 81)] int classes)
    {
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"images/{i}_{i * 7}_m.jpg")];
        foreach (string name in names) WriteImage(name);
        WriteList("train.txt", names[..5], classes);
        WriteList("test.txt", names[5..8], classes);
        // HashNet's database list names queries again.
        WriteList("database.txt", [.. names[6..], names[0]], classes);
        using Dataset data = Open($"nuswide:{_folder.Path},classes={classes},size=8");
        AssertApart(data, 5, 3, 4);
        Assert.That(data.ClassNames, Has.Count.EqualTo(classes));
        Assert.That(Ids(data.Database), Is.EqualTo(names[8..]));
        Assert.That(_notes, Has.Count.EqualTo(1).And.All.Contain("3 of 7 images are queries or training images too"));
        Refuses($"nuswide:{_folder.Path},classes={102 - classes}", $"the lists have {classes} classes; classes={102 - classes} is asked for");
        string[] kept = File.ReadAllLines(_folder["test.txt"]);
        File.WriteAllLines(_folder["test.txt"], kept.Select(line => line.Replace(" 1", " 2")));
        Refuses($"nuswide:{_folder.Path},classes={classes}", "has a label 2; the labels of NUS-WIDE are 0 and 1");
        File.WriteAllLines(_folder["test.txt"], kept);
        File.Delete(_folder["database.txt"]);
        Refuses($"nuswide:{_folder.Path},classes={classes}", "database: no list of that name");
    }

    [Test]
    public void NusWideAsItIsDistributed()
    {
        WriteNusWide();
        using (Dataset all = Open($"nuswide:{_folder.Path},train=10,query=5,size=8"))
        {
            AssertApart(all, 10, 5, 24);
            Assert.That(all.ClassNames.Count, Is.EqualTo(81));
            Assert.That(all.ClassNames[3], Is.EqualTo("concept03"));
        }
        // Image i has the concepts i and, of those from 60 on, all: the 21 most frequent are these.
        using Dataset data = Open($"nuswide:{_folder.Path},classes=21,train=10,query=5,size=8");
        AssertApart(data, 10, 5, 24);
        Assert.That(data.ClassNames, Is.EqualTo(Enumerable.Range(60, 21).Select(c => $"concept{c:00}")));

        // The paper's lists for 21 name images as the distribution does; the rest is the database.
        Fixtures.Write(_folder["lists/train.txt"], "actor/0000_0.jpg 0 1\nactor/0003_3.jpg 1 0\n");
        Fixtures.Write(_folder["lists/test.txt"], "actor/0001_1.jpg 1 0\n");
        using Dataset listed = Open($"nuswide:{_folder.Path},classes=21,lists={_folder["lists"]},size=8");
        AssertApart(listed, 2, 1, 36);
        Assert.That(Ids(listed.Query), Is.EqualTo(new[] { "Flickr/actor/0001_1.jpg" }));
    }

    [TestCase("Labels_concept05.txt", "0\n2\n", "Labels_concept05.txt:2: the label is '2'; it is 0 or 1")]
    [TestCase("Labels_concept05.txt", "0\n1\n", "2 labels; Imagelist.txt names 40 images")]
    [TestCase("Labels_extra.txt", "", "82 files Labels_*.txt; NUS-WIDE has 81 concepts")]
    public void BadNusWideIsOneLine(string file, string text, string expected)
    {
        WriteNusWide();
        Fixtures.Write(_folder[$"Groundtruth/AllLabels/{file}"], text);
        Refuses($"nuswide:{_folder.Path}", expected);
        Assert.That(
            () => DataSpec.Parse($"nuswide:{_folder.Path},classes=10").Open(),
            Throws.ArgumentException.With.Message.Contains("classes is 10; it is 81 or 21"));
    }

    [Test]
    public void MirFlickrListsImagesByClass()
    {
        for (int i = 1; i <= 12; i++) WriteImage($"mirflickr/im{i}.jpg");
        Fixtures.Write(_folder["annotations/README.txt"], "Not numbers.");
        Fixtures.Write(_folder["annotations/animals.txt"], "1\n2\n3\n10\n11\n");
        Fixtures.Write(_folder["annotations/sky.txt"], "2\n4\n5\n6\n7\n");
        Fixtures.Write(_folder["annotations/sky_r1.txt"], "2\n7\n");
        Fixtures.Write(_folder["annotations/sea_r1.txt"], "4\n11\n3\n");
        using (Dataset data = Open($"mirflickr:{_folder.Path},train=4,query=2,size=8"))
        {
            AssertApart(data, 4, 2, 3);
            Assert.That(data.ClassNames, Is.EqualTo(new[] { "animals", "sky" }));
            Dictionary<string, string> labels = Labels(data);
            Assert.That((labels["im1.jpg"], labels["im2.jpg"], labels["im10.jpg"]), Is.EqualTo(("1 0", "1 1", "1 0")));
            Assert.That(labels.Keys, Does.Not.Contain("im12.jpg").And.Not.Contain("im8.jpg"), "they have no label");
        }
        using (Dataset relevant = Open($"mirflickr:{_folder.Path},labels=relevant,train=.2,query=.2,size=8"))
            Assert.That((Ids(relevant.Database).Length, string.Join(' ', relevant.ClassNames)), Is.EqualTo((3, "sea_r1 sky_r1")));
        using (Dataset both = Open($"mirflickr:{_folder.Path},labels=all,train=4,query=2,size=8"))
            Assert.That(both.ClassNames, Has.Count.EqualTo(4));
        Fixtures.Write(_folder["annotations/sky.txt"], "2\n0\n");
        Refuses($"mirflickr:{_folder.Path}", "sky.txt:2: '0' is not the number of an image");
        Fixtures.Write(_folder["annotations/sky.txt"], "2\n2\n");
        Refuses($"mirflickr:{_folder.Path}", "sky.txt:2: the image 2 is listed twice");
        Fixtures.Write(_folder["annotations/sky.txt"], "2\n25001\n");
        Refuses($"mirflickr:{_folder.Path}", "1 of 6 listed images are not in", "im25001.jpg");
    }

    [Test]
    public void VocOf2007TestsOnItsTestSplit()
    {
        WriteVoc(("train", 0, 6), ("val", 6, 10), ("trainval", 0, 10), ("test", 10, 18));
        using Dataset data = Open($"voc:{_folder.Path},size=8");
        AssertApart(data, 10, 2, 6);
        Assert.That(Ids(data.Train), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"{i:000000}.jpg")));
        File.Delete(_folder["Annotations/000012.xml"]);
        Refuses($"voc:{_folder.Path}", "no annotation of 1 of the 18 images that ImageSets/Main lists, the first 000012.xml");
    }

    [Test]
    public void VocOf2012WithoutATestSplitTestsOnVal()
    {
        WriteVoc(("train", 0, 10), ("val", 10, 18), ("trainval", 0, 18));
        using Dataset data = Open($"voc:{_folder.Path},size=8");
        AssertApart(data, 10, 2, 6);
        Assert.That(Ids(data.Query).Concat(Ids(data.Database)).Order(), Is.EqualTo(Enumerable.Range(10, 8).Select(i => $"{i:000000}.jpg")));
    }

    [TestCase("train")]
    [TestCase("database")]
    public void AQueryInAnotherSplitIsRefused(string split)
    {
        var input = new ImageInput(3, 8, 8, Normalization.Unit);
        SyntheticSet query = new("a", "b"), other = new("c", "b"), rest = new("d");
        InvalidDataException e = Assert.Throws<InvalidDataException>(
            () => _ = split == "train" ? new Dataset("x", input, other, query, rest) : new Dataset("x", input, rest, query, other))!;
        Assert.That(e.Message, Is.EqualTo($"x: the query b is in the {split} split too."));
        using var apart = new Dataset("x", input, rest, query, rest);
        Assert.That(apart.Query.Count, Is.EqualTo(2));
    }

    // Ten images: image i has i objects of the class dog, odd ones a person too; the tenth has none.
    private void WriteCoco()
    {
        foreach ((string part, int first, int end) in (ReadOnlySpan<(string, int, int)>)[("train2014", 1, 5), ("val2014", 5, 11)])
        {
            var images = new List<string>();
            var annotations = new List<string>();
            for (int i = first; i < end; i++)
            {
                images.Add($"{{\"id\": {i}, \"file_name\": \"{Path.GetFileName(Coco(i))}\"}}");
                for (int k = 0; k < i % 10; k++) annotations.Add($"{{\"image_id\": {i}, \"category_id\": 18, \"bbox\": [0, 0, 4, 4]}}");
                if (i % 2 == 1) annotations.Add($"{{\"image_id\": {i}, \"category_id\": 1, \"bbox\": [1, 1, 4, 4]}}");
                WriteImage(Coco(i));
            }
            Fixtures.Write(
                _folder[$"annotations/instances_{part}.json"],
                $"{{\"images\": [{string.Join(",", images)}], \"annotations\": [{string.Join(",", annotations)}], "
                + "\"categories\": [{\"id\": 1, \"name\": \"person\"}, {\"id\": 18, \"name\": \"dog\"}]}");
        }
    }

    private static string Coco(int i)
    {
        string part = i < 5 ? "train2014" : "val2014";
        return $"{part}/COCO_{part}_{i:000000000000}.jpg";
    }

    // Forty images, of which the last has no labels.
    private void WriteNusWide()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"actor\\{i:0000}_{i}.jpg")];
        Fixtures.Write(_folder["ImageList/Imagelist.txt"], string.Concat(names.Select(name => name + "\r\n")));
        for (int c = 0; c < 81; c++)
        {
            int concept = c;
            Fixtures.Write(
                _folder[$"Groundtruth/AllLabels/Labels_concept{c:00}.txt"],
                string.Concat(Enumerable.Range(0, 40).Select(i => i < 39 && (i == concept || concept >= 60) ? "1\n" : "0\n")));
        }
        foreach (string name in names) WriteImage("Flickr/" + name.Replace('\\', '/'));
    }

    private void WriteVoc(params (string Split, int First, int End)[] splits)
    {
        for (int i = 0; i < 18; i++)
        {
            string name = i % 2 == 0 ? "dog" : "cat";
            string objects = string.Concat(Enumerable.Repeat(
                $"<object><name>{name}</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax></bndbox></object>", 1 + i % 3));
            Fixtures.Write(_folder[$"Annotations/{i:000000}.xml"], $"<annotation><filename>{i:000000}.jpg</filename>{objects}</annotation>");
            WriteImage($"JPEGImages/{i:000000}.jpg");
        }
        foreach ((string split, int first, int end) in splits)
            Fixtures.Write(_folder[$"ImageSets/Main/{split}.txt"], string.Concat(Enumerable.Range(first, end - first).Select(i => $"{i:000000}\n")));
        Fixtures.Write(_folder["ImageSets/Main/cat_train.txt"], "000000 -1\n");
    }

    // Decoders go by the content: a PNG will do for a .jpg.
    private void WriteImage(string name) => Fixtures.Write(_folder[name], Fixtures.Png(Fixtures.Pattern(8, 8)));

    private void WriteList(string name, IEnumerable<string> images, int classes)
    {
        string Labels(int image) => string.Join(' ', Enumerable.Range(0, classes).Select(c => c == image ? 1 : 0));
        Fixtures.Write(_folder[name], string.Concat(images.Select((image, i) => $"{image} {Labels(i)}\n")));
    }

    private Dataset Open(string spec) => DataSpec.Parse(spec).Open(_notes.Add);

    private static string[] Ids(IImageSet set) => [.. Enumerable.Range(0, set.Count).Select(set.Id)];

    private static Dictionary<string, string> Labels(Dataset data) => ((IImageSet[])[data.Train, data.Query, data.Database])
        .SelectMany(set => Enumerable.Range(0, set.Count).Select(i => (Id: set.Id(i), Text: Fixtures.Text(set.Labels(i)))))
        .ToDictionary(image => image.Id, image => image.Text);

    private static void AssertApart(Dataset data, int train, int query, int database)
    {
        Assert.That((data.Train.Count, data.Query.Count, data.Database.Count), Is.EqualTo((train, query, database)));
        Assert.That(Ids(data.Train).Concat(Ids(data.Query)).Concat(Ids(data.Database)), Is.Unique);
    }

    private static void Refuses(string spec, params string[] expected)
    {
        Exception e = Assert.Catch(() => DataSpec.Parse(spec).Open())!;
        Assert.That(e, Is.InstanceOf<IOException>().Or.InstanceOf<InvalidDataException>());
        foreach (string part in expected) Assert.That(e.Message, Does.Contain(part));
        Assert.That(e.Message, Does.Not.Contain('\n'));
    }

    private sealed class SyntheticSet(params string[] ids) : IImageSet
    {
        public string Name => "synthetic";

        public int Count => ids.Length;

        public IReadOnlyList<string> ClassNames { get; } = ["x", "y"];

        public int Channels => 3;

        public int Height => 8;

        public int Width => 8;

        public string Id(int index) => ids[index];

        public ReadOnlySpan<int> Labels(int index) => [1, 0];

        public void Load(int index, ulong augmentation, Span<float> pixels) => pixels.Clear();
    }
}
