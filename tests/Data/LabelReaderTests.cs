using JaccardKernels.Data;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Data;

public class LabelReaderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void CsvHasSplitsQuotesAndCounts()
    {
        const string Text = "image,Split,\"big, dog\",cat\r\na.png,train,2,0\r\n\r\n\"b \"\"x\"\".png\",test, 0 ,17\n";
        LabeledImageList list = CsvCounts.Read(Fixtures.Write(_folder["l.csv"], Text));
        Assert.That(list.ClassNames, Is.EqualTo(new[] { "big, dog", "cat" }));
        Assert.That(list.Count, Is.EqualTo(2));
        Assert.That((list.Name(0), list.Split(0), Fixtures.Text(list.Counts(0))), Is.EqualTo(("a.png", "train", "2 0")));
        Assert.That((list.Name(1), list.Split(1), Fixtures.Text(list.Counts(1))), Is.EqualTo(("b \"x\".png", "test", "0 17")));
        Assert.That((list.HasSplits, list.HasBoxes), Is.EqualTo((true, false)));
    }

    [TestCase("image_id,face,xmin,ymin,xmax,ymax\n a,two,0.25,0.5,0.75,1\nb,one,0,0,1,1\na,one,0.1,0.2,0.3,0.4\n")]
    [TestCase("image,class,CX,CY,W,H\na,two,0.5,0.75,0.5,0.5\nb,one,.5,.5,1,1\na,one,.2,.3,.2,.2\n")]
    public void BoxesOfACsvAreCountedByClass(string text)
    {
        LabeledImageList list = BoxesCsv.Read(Fixtures.Write(_folder["b.csv"], text));
        Assert.That(list.ClassNames, Is.EqualTo(new[] { "one", "two" }));
        Assert.That((list.Name(0), Fixtures.Text(list.Counts(0)), list.Name(1), Fixtures.Text(list.Counts(1))), Is.EqualTo(("a", "1 1", "b", "1 0")));
        Assert.That((list.HasBoxes, list.BoxesAreRelative, list.HasSplits), Is.EqualTo((true, true, false)));
        ObjectBox box = list.Boxes(0)[0], second = list.Boxes(0)[1];
        Assert.That((box.Class, box.Left, box.Top, box.Right, box.Bottom), Is.EqualTo((1, .25f, .5f, .75f, 1f)));
        Assert.That(
            new[] { second.Class, second.Left, second.Top, second.Right, second.Bottom }, Is.EqualTo(new[] { 0, .1f, .2f, .3f, .4f }).Within(1e-6));
    }

    [TestCase("image,class,xmin,ymin,xmax,ymax\n", "no object is listed")]
    [TestCase("image,class,x,y,z,u\na,one,0,0,1,1\n", "b.csv:1: the header's last columns are x,y,z,u")]
    [TestCase("image,class,xmin,ymin,xmax,ymax\na,one,0,0,1\n", "b.csv:2: 5 columns")]
    [TestCase("image,class,xmin,ymin,xmax,ymax\na,,0,0,1,1\n", "b.csv:2: the object has no class")]
    [TestCase("image,class,xmin,ymin,xmax,ymax\na,one,0,0,1.5,1\n", "b.csv:2: '1.5' is not a number in 0 to 1")]
    [TestCase("image,class,xmin,ymin,xmax,ymax\na,one,.5,0,.25,1\n", "b.csv:2: the box ends before it begins")]
    public void BadBoxesOfACsvAreNamed(string text, string message) => Assert.That(
        () => BoxesCsv.Read(Fixtures.Write(_folder["b.csv"], text)), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(message));

    [TestCase("", "empty")]
    [TestCase("image,a,b\n", "no image is listed")]
    [TestCase("image,split\nx,train\n", "names no class")]
    [TestCase("image,a,a\nx,1,1\n", "named twice")]
    [TestCase("image,a,\nx,1,1\n", "empty name")]
    [TestCase("image,a,b\nx,1\n", "l.csv:2: 2 columns; the header has 3")]
    [TestCase("image,a,b\nx,1,2,3\n", "l.csv:2: 4 columns")]
    [TestCase("image,a,b\nx,1,2\ny,1,-1\n", "l.csv:3: the count of class 'b' is -1")]
    [TestCase("image,a,b\nx,1,1.5\n", "l.csv:2: the count of class 'b' is '1.5', not an integer")]
    [TestCase("image,a,b\nx,1,\n", "l.csv:2: the count of class 'b' is '', not an integer")]
    [TestCase("image,a,b\nx,1,99999999999\n", "not an integer")]
    [TestCase("image,a,b\nx,16777216,1\n", "16777217 objects")]
    [TestCase("image,a,b\nx,1,1\nx,0,0\n", "l.csv:3: the image x is listed twice")]
    [TestCase("image,a,b\n,1,1\n", "has no name")]
    [TestCase("image,a,b\n\"x,1,1\n", "has no end")]
    [TestCase("image,a,b\n\"x\"y,1,1\n", "'y' follows a quoted field")]
    public void BadCsvIsOneClearLine(string text, string expected) =>
        Refuses(() => CsvCounts.Read(Fixtures.Write(_folder["l.csv"], text)), expected);

    [Test]
    public void HashNetListsAreReadPlainAndPacked()
    {
        const string Text = "train/a.jpg 3 0 0 \nval/b.jpg\t0\t1  14\n";
        foreach (string path in (string[])[Fixtures.Write(_folder["l.txt"], Text), Fixtures.WriteGzip(_folder["l.txt.gz"], Text)])
        {
            LabeledImageList list = HashNetList.Read(path);
            Assert.That(list.ClassNames, Is.EqualTo(new[] { "class0", "class1", "class2" }));
            Assert.That((list.Name(0), Fixtures.Text(list.Counts(0))), Is.EqualTo(("train/a.jpg", "3 0 0")));
            Assert.That((list.Name(1), Fixtures.Text(list.Counts(1))), Is.EqualTo(("val/b.jpg", "0 1 14")));
        }
        Assert.That(HashNetList.Read(_folder["l.txt"], ["x", "y", "z"]).ClassNames[2], Is.EqualTo("z"));
    }

    [TestCase("a.jpg\n", "l.txt:1: no counts follow the path 'a.jpg'")]
    [TestCase("a.jpg 1 0\nb.jpg 1\n", "l.txt:2: b.jpg has 1 counts; there are 2 classes")]
    [TestCase("a.jpg 1 0\nb.jpg 1 0 0\n", "l.txt:2: b.jpg has 3 counts; there are 2 classes")]
    [TestCase("a.jpg 1 x\n", "l.txt:1: the count of class 'class1' is 'x'")]
    [TestCase("a.jpg 1 0\na.jpg 1 0\n", "l.txt:2: the image a.jpg is listed twice")]
    [TestCase("", "no image is listed")]
    public void BadListsAreOneClearLine(string text, string expected) =>
        Refuses(() => HashNetList.Read(Fixtures.Write(_folder["l.txt"], text)), expected);

    [Test]
    public void ATruncatedGzipIsNamed()
    {
        string path = Fixtures.WriteGzip(_folder["l.txt.gz"], string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i * 7919}.jpg 1 0\n")));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^500]);
        Refuses(() => HashNetList.Read(path), path);
    }

    private const string Coco = """
        {"info": {"year": 2014, "x": [1, {"y": 2}]}, "licenses": [{"id": 1, "name": "a]}\""}], "version": 1.5,
         "annotations": [
           {"id": 1, "image_id": 20, "category_id": 7, "iscrowd": 0, "bbox": [1, 2, 3, 4], "segmentation": [[1, 2, 3.5, 4]]},
           {"id": 2, "image_id": 20, "category_id": 3, "iscrowd": 1, "bbox": [0, 0, 9, 9], "segmentation": {"counts": [1, 2]}},
           {"id": 3, "image_id": 20, "category_id": 7, "iscrowd": 0, "bbox": [5, 5, 2, 2]}],
         "images": [{"id": 10, "file_name": "empty.jpg"}, {"id": 20, "file_name": "full.jpg", "width": 9}],
         "categories": [{"id": 7, "name": "dog"}, {"id": 3, "name": "cat"}]}
        """;

    [Test]
    public void CocoCountsAnnotationsInOrderOfCategories([Values] CrowdPolicy crowds)
    {
        LabeledImageList list = CocoJson.Read(Fixtures.Write(_folder["i.json"], Coco), crowds);
        Assert.That(list.ClassNames, Is.EqualTo(new[] { "cat", "dog" }));
        Assert.That((list.Name(0), Fixtures.Text(list.Counts(0))), Is.EqualTo(("empty.jpg", "0 0")));
        Assert.That((list.Name(1), Fixtures.Text(list.Counts(1))), Is.EqualTo(("full.jpg", crowds == CrowdPolicy.One ? "1 2" : "0 2")));
        Assert.That(list.Boxes(1)[0], Is.EqualTo(new ObjectBox(1, 1, 2, 4, 6)));
    }

    [Test]
    public void CocoFilesLargerThanTheBufferAreStreamed()
    {
        var annotations = Enumerable.Range(0, 20_000).Select(i => $"{{\"image_id\": {i % 50}, \"category_id\": {i % 3}, \"bbox\": [0, 0, 1, 1]}}");
        var images = Enumerable.Range(0, 50).Select(i => $"{{\"id\": {i}, \"file_name\": \"{i}.jpg\", \"note\": \"{new string('x', 3000)}\"}}");
        string text = $"{{\"images\": [{string.Join(",", images)}], \"annotations\": [{string.Join(",", annotations)}], "
            + "\"categories\": [{\"id\": 0, \"name\": \"a\"}, {\"id\": 1, \"name\": \"b\"}, {\"id\": 2, \"name\": \"c\"}]}";
        LabeledImageList list = CocoJson.Read(Fixtures.Write(_folder["big.json"], text));
        int[] expected = new int[3];
        for (int i = 7; i < 20_000; i += 50) expected[i % 3]++;
        Assert.That(list.Counts(7).ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void EveryTruncationOfCocoIsRefused()
    {
        for (int length = 0; length < Coco.Length; length += 3)
        {
            string path = Fixtures.Write(_folder["i.json"], Coco[..length]);
            Assert.That(() => CocoJson.Read(path), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(path), $"{length} characters");
        }
    }

    [TestCase("\"image_id\": 20", "\"image_id\": 99", "image 99, which is not listed")]
    [TestCase("\"category_id\": 3", "\"category_id\": 5", "category 5, which is not listed")]
    [TestCase("\"category_id\": 3", "\"category_id\": \"x\"", "annotations[1]: no integer 'category_id'")]
    [TestCase("\"id\": 10", "\"id\": 20", "image id 20 (full.jpg) is given twice")]
    [TestCase("[1, 2, 3, 4]", "[1, 2, -3, 4]", "annotations[0]: bbox is -3 x 4")]
    [TestCase("[1, 2, 3, 4]", "[1, 2, 3]", "annotations[0]: bbox is not a list of 4 numbers")]
    [TestCase("\"name\": \"dog\"", "\"name\": \"cat\"", "'cat' is named twice")]
    [TestCase("\"file_name\": \"empty.jpg\"", "\"file\": 1", "images[0]: no text 'file_name'")]
    [TestCase("{\"info\"", "[{\"info\"", "not a JSON object")]
    public void BadCocoIsOneClearLine(string old, string replaced, string expected) =>
        Refuses(() => CocoJson.Read(Fixtures.Write(_folder["i.json"], Coco.Replace(old, replaced, StringComparison.Ordinal))), expected);

    [Test]
    public void VocCountsObjectsAndKnowsItsSplits()
    {
        Voc("0001", "0001.jpg", ("dog", "1", "2", "30", "40"), ("cat", "5", "5", "9", "9"), ("dog", "3", "3", "4", "4"));
        Voc("0002", "0002.jpg");
        Voc("0003", "0003.jpg", ("cat", "1", "1", "2", "2"));
        LabeledImageList list = VocXml.Read(_folder.Path);
        Assert.That(list.ClassNames, Is.EqualTo(new[] { "cat", "dog" }));
        Assert.That(Enumerable.Range(0, 3).Select(i => Fixtures.Text(list.Counts(i))), Is.EqualTo(new[] { "1 2", "0 0", "1 0" }));
        Assert.That(list.Boxes(0)[0], Is.EqualTo(new ObjectBox(1, 1, 2, 30, 40)));

        Fixtures.Write(_folder["ImageSets/Main/trainval.txt"], "0001\n0002\n");
        Fixtures.Write(_folder["ImageSets/Main/test.txt"], "0002\n");
        list = VocXml.Read(_folder.Path);
        IEnumerable<string> splits = Enumerable.Range(0, list.Count).Select(i => list.Name(i) + " " + list.Split(i));
        Assert.That(splits, Is.EqualTo(new[] { "0001.jpg trainval", "0002.jpg test" }));
    }

    [TestCase("<annotation><object><bndbox/></object></annotation>", "a.xml:1: the object has no name")]
    [TestCase("<annotation>\n<object><name>x</name></object></annotation>", "a.xml:2: the object 'x' has no bndbox")]
    [TestCase("<annotation><object><name>x</name><bndbox><xmin>1</xmin></bndbox></object></annotation>", "no number ymin")]
    [TestCase("<annotation>\n<object>", "a.xml:2: not XML")]
    [TestCase("<other/>", "the root is <other>")]
    [TestCase("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><annotation>&b;</annotation>", "not XML")]
    public void BadVocIsOneClearLine(string text, string expected)
    {
        Fixtures.Write(_folder["Annotations/a.xml"], text);
        Refuses(() => VocXml.Read(_folder.Path), expected);
    }

    [TestCase("data.yaml", "path: .\nnames:\n  0: dog # the first\n  1: 'red cat'\nnc: 2\n")]
    [TestCase("data.yaml", "names: [dog, \"red cat\"]\n")]
    [TestCase("data.yml", "nc: 2\nnames:\n- dog\n- red cat\n")]
    [TestCase("data.yaml", "names: [dog,\n  red cat]\n")]
    [TestCase("classes.txt", "dog\nred cat\n")]
    public void YoloReadsBoxesPolygonsAndNames(string namesFile, string names)
    {
        Yolo(namesFile, names, "1 0.5 0.5 0.2 0.4\n0 0.1 0.1 0.3 0.1 0.3 0.5\n1 .5 .5 1 1\n");
        Fixtures.Write(_folder["images/val/none.png"], Fixtures.Png(Fixtures.Pattern(2, 2)));
        LabeledImageList list = YoloText.Read(_folder.Path);
        Assert.That(list.ClassNames, Is.EqualTo(new[] { "dog", "red cat" }));
        Assert.That((list.Name(0), list.Split(0), Fixtures.Text(list.Counts(0))), Is.EqualTo(("train/a.png", "train", "1 2")));
        Assert.That((list.Name(1), list.Split(1), Fixtures.Text(list.Counts(1))), Is.EqualTo(("val/none.png", "val", "0 0")));
        ObjectBox box = list.Boxes(0)[0], polygon = list.Boxes(0)[1];
        Assert.That((box.Left, box.Top, box.Right, box.Bottom), Is.EqualTo((0.4f, 0.3f, 0.6f, 0.7f)));
        Assert.That(polygon, Is.EqualTo(new ObjectBox(0, 0.1f, 0.1f, 0.3f, 0.5f)));
    }

    [TestCase("2 .5 .5 .1 .1\n", "a.txt:1: the class index is '2'; the range is 0 to 1")]
    [TestCase("0 .5 .5 .1 .1\n-1 .5 .5 .1 .1\n", "a.txt:2: the class index is '-1'")]
    [TestCase("0 .5 .5 .1\n", "a.txt:1: 4 numbers")]
    [TestCase("0 1.5 .5 .1 .1\n", "'1.5' is not a number in 0 to 1")]
    [TestCase("0 nan .5 .1 .1\n", "'nan' is not a number in 0 to 1")]
    public void BadYoloIsOneClearLine(string text, string expected)
    {
        Yolo("classes.txt", "dog\ncat\n", text);
        Refuses(() => YoloText.Read(_folder.Path), expected);
    }

    [Test]
    public void YoloLabelsWithoutTheirImageAreRefused()
    {
        Yolo("classes.txt", "dog\ncat\n", "0 .5 .5 .1 .1\n");
        Fixtures.Write(_folder["labels/train/orphan.txt"], "");
        Refuses(() => YoloText.Read(_folder.Path), "no image in");
    }

    private static void Refuses(Func<LabeledImageList> read, string expected)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => read())!;
        Assert.That(e.Message, Does.Contain(expected));
        Assert.That(e.Message, Does.Not.Contain('\n'));
    }

    private void Voc(string stem, string file, params (string Name, string Left, string Top, string Right, string Bottom)[] objects)
    {
        IEnumerable<string> items = objects.Select(o =>
            $"<object><name>{o.Name}</name><difficult>1</difficult><bndbox>"
            + $"<xmin>{o.Left}</xmin><ymin>{o.Top}</ymin><xmax>{o.Right}</xmax><ymax>{o.Bottom}</ymax></bndbox></object>");
        Fixtures.Write(_folder[$"Annotations/{stem}.xml"], $"<annotation><filename>{file}</filename>{string.Concat(items)}</annotation>");
    }

    private void Yolo(string namesFile, string names, string labels)
    {
        Fixtures.Write(_folder[namesFile], names);
        Fixtures.Write(_folder["images/train/a.png"], Fixtures.Png(Fixtures.Pattern(4, 4)));
        Fixtures.Write(_folder["labels/train/a.txt"], labels);
    }
}
