namespace JaccardKernels.Data;

/// <summary>One kind of data set that a text can name. A new kind is a new line here and the file that opens it.</summary>
/// <param name="Name">What the text begins with.</param>
/// <param name="Form">The text's form with all keys, for help and messages.</param>
/// <param name="HasPath">Whether a path follows the name.</param>
/// <param name="PathIsOptional">Whether it may be left out.</param>
/// <param name="Open">Opens it; told what is skipped.</param>
internal sealed record DatasetKind(
    string Name, string Form, bool HasPath, bool PathIsOptional, Func<SpecReader, Action<string>?, Dataset> Open)
{
    private const string ImageKeys =
        "size=96,resize=SIZE,channels=3,norm=unit|imagenet|alexnet|vgg,fit=stretch|crop|pad,flip=h|hv|none,shift=0,cache=512";
    private const string SplitKeys = "train=.6,query=.1,database=.3,seed=1,bad=fatal|skip,tile=32";
    private const string ListKeys = "lists=FOLDER|PREFIX (train.txt and test.txt, or .txt.gz)";
    private const string DrawnKeys = "database=REST,seed=1,bad=fatal|skip,tile=32";

    /// <summary>Pictures without labels.</summary>
    public static DatasetKind Folder { get; } = new("folder", $"folder:PATH,{ImageKeys},bad=fatal|skip", true, false, FolderDataset.Open);

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<DatasetKind> All { get; } =
    [
        new(
            "scenes", "scenes:size=64,train=8000,query=300,database=3000,tiles=10000,seed=1,norm=unit,flip=h,shift=0",
            HasPath: false, PathIsOptional: true, SceneDataset.Open),
        new("cifar", "cifar:PATH,train=8000,query=300,database=3000,seed=1,norm=unit,flip=h,shift=0", true, false, ComposedDataset.Open),
        new(
            "deeppcb", "deeppcb:PATH,size=160,channels=1,template=0,tile=32,query=.2,seed=1,flip=hv,shift=0,cache=512",
            HasPath: true, PathIsOptional: false, PcbDataset.Open),
        new("csv", $"csv:LABELS.csv,images=FOLDER|ZIP,{SplitKeys},{ImageKeys}", true, false, ListDataset.OpenCsv),
        new("boxes", $"boxes:BOXES.csv,images=FOLDER|ZIP,{SplitKeys},{ImageKeys}", true, false, ListDataset.OpenBoxes),
        new("coco", $"coco:INSTANCES.json,images=FOLDER|ZIP,crowd=one|skip,{SplitKeys},{ImageKeys}", true, false, ListDataset.OpenCoco),
        new("voc", $"voc:PATH,{SplitKeys},{ImageKeys}", true, false, ListDataset.OpenVoc),
        new("yolo", $"yolo:PATH,{SplitKeys},{ImageKeys}", true, false, ListDataset.OpenYolo),
        new(
            "list", $"list:train=LIST,query=LIST,database=LIST,images=FOLDER|ZIP,names=FILE or list:LIST,images=...,{SplitKeys},{ImageKeys}",
            HasPath: true, PathIsOptional: true, ListDataset.OpenList),
        new(
            "mscoco", $"mscoco:PATH,crowd=one|skip,{ListKeys} or train=10000,query=5000,{DrawnKeys},{ImageKeys}",
            HasPath: true, PathIsOptional: false, ProtocolDataset.OpenMsCoco),
        new(
            "nuswide", $"nuswide:PATH,classes=81|21,images=FOLDER|ZIP,{ListKeys} or train=10000|10500,query=5000|2100,{DrawnKeys},{ImageKeys}",
            HasPath: true, PathIsOptional: false, ProtocolDataset.OpenNusWide),
        new(
            "mirflickr", $"mirflickr:PATH,labels=potential|relevant|all,annotations=FOLDER,train=5000,query=2000,{DrawnKeys},{ImageKeys}",
            HasPath: true, PathIsOptional: false, ProtocolDataset.OpenMirFlickr),
        Folder,
    ];

    /// <summary>The names of all kinds, for messages.</summary>
    public static string Names => string.Join(", ", All.Select(kind => kind.Name));
}
