namespace JaccardKernels.Fuzz;

/// <summary>A target by name.</summary>
/// <param name="Name">What <c>--target</c> calls it.</param>
/// <param name="Reads">What it reads, in a few words.</param>
/// <param name="Make">Makes it; every thread has one of its own.</param>
internal sealed record TargetEntry(string Name, string Reads, Func<string, FuzzTarget> Make)
{
    /// <summary>Makes it.</summary>
    public FuzzTarget Create() => Make(Name);
}

/// <summary>All targets. A new one is a line here and a function that makes it.</summary>
internal static class TargetCatalog
{
    /// <summary>Every target.</summary>
    public static IReadOnlyList<TargetEntry> All { get; } =
    [
        new("npy", "a .npy file, and labels or embeddings of it", ArrayTargets.Npy),
        new("codes", "packed codes in a .npy file", ArrayTargets.Codes),
        new("safetensors", "a safetensors file", ArrayTargets.Safetensors),
        new("index", "an index file, and a search of it", IndexTarget.File),
        new("log", "the log of an index file, and a search of both", IndexTarget.Log),
        new("table-log", "the log of an index of tables, and a search of both", IndexTarget.TableLog),
        new("faiss", "a binary index of faiss", CodeFileTargets.Faiss),
        new("npy-codes", "codes in a .npy file, block by block", CodeFileTargets.Npy),
        new("bvecs", "codes as rows with lengths", CodeFileTargets.Bvecs),
        new("fvecs", "embeddings as rows with lengths", CodeFileTargets.Fvecs),
        new("model", "a trained model", LearningTargets.Model),
        new("weights", "weights of a published network, by names and layouts", LearningTargets.Weights),
        new("checkpoint", "the checkpoint of a training run", LearningTargets.Checkpoint),
        new("features", "kept features of a frozen backbone", LearningTargets.Features),
        new("quantizer", "a quantizer of every kind, which then encodes", LearningTargets.Quantizers),
        new("metrics", "the metrics of a training run", TextTargets.Metrics),
        new("options", "training options in JSON", TextTargets.Options),
        new("report", "an evaluation report in JSON", TextTargets.EvaluationReports),
        new("tuning", "a table of tuned kernels in JSON", TextTargets.Tuning),
        new("coco", "annotations of MS-COCO", LabelTargets.Coco),
        new("voc", "annotations of PASCAL VOC", LabelTargets.Voc),
        new("yolo", "labels of YOLO", LabelTargets.Yolo),
        new("yaml", "class names in a YOLO data file", LabelTargets.Yaml),
        new("csv", "a CSV manifest of counts", LabelTargets.Csv),
        new("boxes", "a CSV manifest of boxes", LabelTargets.Boxes),
        new("list", "a list of HashNet", LabelTargets.HashNet),
        new("list-gz", "a list of HashNet, compressed", LabelTargets.HashNetGzip),
        new("mirflickr", "an annotation of MIRFLICKR", LabelTargets.MirFlickrs),
        new("data", "the text of a data set", TextTargets.DataSpecs),
        new("problem", "the text of a problem of any operation, of codes, of a variant", TextTargets.Problems),
        new("png", "a PNG image", ImageTargets.Png),
        new("jpeg", "a JPEG image", ImageTargets.Jpeg),
        new("bmp", "a BMP image", ImageTargets.Bmp),
        new("webp", "a WebP image", ImageTargets.WebP),
        new("zip", "a zip archive of images", ImageTargets.Zip),
    ];

    /// <summary>The targets of names, separated by commas, or all.</summary>
    /// <exception cref="ArgumentException">There is none of a name; the message lists them.</exception>
    public static TargetEntry[] Find(string names) => names == "all"
        ? [.. All]
        : [.. names.Split(',').Select(name => All.FirstOrDefault(entry => entry.Name == name)
            ?? throw new ArgumentException($"there is no target '{name}'; there are {string.Join(", ", All.Select(entry => entry.Name))}."))];
}
