using System.IO.Compression;
using System.Text;
using JaccardKernels.Data;

namespace JaccardKernels.Fuzz;

/// <summary>Readers of labels. Those of folders have one file of them mutated.</summary>
internal static class LabelTargets
{
    private const string CocoText =
        """{"info":{"year":2014},"licenses":[],"images":[{"id":1,"file_name":"a.jpg"},{"id":2,"file_name":"b.jpg","height":3}],"""
        + """ "annotations":[{"id":7,"image_id":1,"category_id":3,"bbox":[1,2.5,3,4],"iscrowd":0},{"image_id":1,"category_id":4,"iscrowd":1}],"""
        + """ "categories":[{"id":3,"name":"cat"},{"id":4,"name":"dog"}]}""";

    private const string VocText =
        """
        <?xml version="1.0" encoding="utf-8"?>
        <annotation><filename>a.jpg</filename><size><width>5</width><height>4</height><depth>3</depth></size>
        <object><name>cat</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4.5</ymax></bndbox></object>
        <object><name>dog &amp; co</name><bndbox><xmin>0</xmin><ymin>0</ymin><xmax>1</xmax><ymax>1</ymax></bndbox></object>
        </annotation>
        """;

    /// <summary>MS-COCO's JSON, by both policies of crowds.</summary>
    public static FuzzTarget Coco(string name) => File(
        name, "labels.json", path =>
        {
            _ = CocoJson.Read(path, CrowdPolicy.Skip);
            _ = CocoJson.Read(path);
        },
        "id image_id category_id file_name name bbox iscrowd images annotations categories [] {} [1,2,3,4] \"a.jpg\" null 1 true",
        [CocoText, CocoText.Replace(",", ",\n ")]);

    /// <summary>PASCAL VOC's XML.</summary>
    public static FuzzTarget Voc(string name) => Folder(
        name, "Annotations/a.xml", [("ImageSets/Main/train.txt", "a\n")], folder => _ = VocXml.Read(folder),
        "<annotation> </annotation> <object> </object> <name> </name> <bndbox> </bndbox> <xmin> <filename> "
        + "utf-8 utf-16 utf-7 utf-32 latin1 ascii big5 &#10; &#13; &amp; <![CDATA[ ]]> <!-- --> <!DOCTYPE <?xml ?> xmlns=\"a&#10;b\" &x; standalone=\"yes\"", [VocText]);

    /// <summary>A text of YOLO.</summary>
    public static FuzzTarget Yolo(string name) => Folder(
        name, "labels/train/a.txt", [("images/train/a.jpg", ""), ("images/train/b.jpg", ""), ("data.yaml", "names: [cat, dog]\n")],
        folder => _ = YoloText.Read(folder),
        "0 1 2 0.5 1.0 0.25 nan inf", ["0 0.5 0.5 0.25 0.25\n1 0.1 0.2 0.3 0.4\n", "1 0.1 0.1 0.9 0.1 0.9 0.9\n", ""]);

    /// <summary>The class names of YOLO.</summary>
    public static FuzzTarget Yaml(string name) => Folder(
        name, "data.yaml", [("images/train/a.jpg", ""), ("labels/train/a.txt", "0 0.5 0.5 0.25 0.25\n"), ("classes.txt", "cat\ndog\n")],
        folder => _ = YoloText.Read(folder), "names: - 0: 1: [ ] , # nc: 'cat' \"dog\"",
        ["nc: 2\nnames: [cat, 'dog']\n", "names:\n  0: cat\n  1: \"dog\" # comment\n", "names:\n- cat\n- dog\ntrain: x\n",
            "names: [cat,\n dog\n]\n"]);

    /// <summary>Counts in CSV.</summary>
    public static FuzzTarget Csv(string name) => File(
        name, "labels.csv", path => _ = CsvCounts.Read(path), "image split train test \"cat,dog\" 1 0 , \"\"",
        ["image,split,cat,dog\na.jpg,train,1,0\nb.jpg,test,0,2\n", "\"image\",cat,\"big, dog\"\r\na.jpg,1,0\r\n"]);

    /// <summary>Boxes in CSV.</summary>
    public static FuzzTarget Boxes(string name) => File(
        name, "boxes.csv", path => _ = BoxesCsv.Read(path), "image class xmin ymin xmax ymax cx cy w h 0.5 1 0 nan , \"\"",
        ["image,class,xmin,ymin,xmax,ymax\na.jpg,cat,0.1,0.2,0.3,0.4\na.jpg,dog,0,0,1,1\n", "image,class,cx,cy,w,h\na.jpg,cat,0.5,0.5,0.1,0.1\n"]);

    /// <summary>A list of HashNet.</summary>
    public static FuzzTarget HashNet(string name) => File(
        name, "list.txt", path => _ = HashNetList.Read(path), "0 1 a.jpg", ["a/b.jpg 0 1 1\na/c.jpg 1 0 0\n", "x.jpg\t3  1\n"]);

    /// <summary>The same compressed.</summary>
    public static FuzzTarget HashNetGzip(string name) =>
        File(name, "list.txt.gz", path => _ = HashNetList.Read(path), "", [], Gzip("a/b.jpg 0 1 1\na/c.jpg 1 0 0\n"), Gzip("x.jpg 7\n"));

    /// <summary>The numbers of the images of a class.</summary>
    public static FuzzTarget MirFlickrs(string name) => Folder(
        name, "dog.txt", [("cat.txt", "1\n2\n")], folder => _ = MirFlickr.Read(folder), "1 2 0", ["1\n3\n25000\n", ""]);

    private static FuzzTarget File(string name, string file, Action<string> read, string words, string[] seeds, params byte[][] more)
    {
        var scratch = new Scratch();
        return Target(name, scratch, scratch[file], $"{scratch[file]}:", () => read(scratch[file]), words, [.. FuzzTarget.TextsOf(seeds), .. more]);
    }

    private static FuzzTarget Folder(string name, string file, (string Name, string Text)[] others, Action<string> read, string words, string[] seeds)
    {
        var scratch = new Scratch();
        foreach ((string other, string text) in others) scratch.Put(other, Encoding.UTF8.GetBytes(text));
        scratch.Put(file);
        string folder = scratch[""].TrimEnd('/');
        return Target(name, scratch, scratch[file], folder, () => read(folder), words, FuzzTarget.TextsOf(seeds));
    }

    private static FuzzTarget Target(string name, Scratch scratch, string path, string start, Action read, string words, IReadOnlyList<byte[]> seeds) => new(
        name, bytes =>
    {
        System.IO.File.WriteAllBytes(path, bytes);
        read();
    })
    {
        // A class is a string and a count, for a digit and a blank.
        Seeds = seeds, MessageStart = start, Owned = [scratch], Allocation = (512 << 10, 128),
        Text = words.Length == 0 ? null : FuzzTarget.AllText, Words = FuzzTarget.WordsOf(words),
    };

    private static byte[] Gzip(string text)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }
}
