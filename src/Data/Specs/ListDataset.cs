namespace JaccardKernels.Data;

/// <summary>
/// Opens the kinds that are a label file and image files: <c>csv:</c>, <c>boxes:</c>, <c>coco:</c>, <c>voc:</c>, <c>yolo:</c> and <c>list:</c>.
/// </summary>
internal static class ListDataset
{
    // Of a test split, which has no training images in it, the same proportion of queries to database.
    private const double QueryShareOfTest = 0.25;

    private static readonly SplitShares s_usual = new(0.6, 0.1);
    private static readonly string[] s_splits = ["train", "query", "database"];

    public static Dataset OpenCsv(SpecReader options, Action<string>? skipped) =>
        Open(options, ImagesBeside(options), () => CsvCounts.Read(options.Path), skipped, s_usual);

    public static Dataset OpenBoxes(SpecReader options, Action<string>? skipped) =>
        Open(options, ImagesBeside(options), () => BoxesCsv.Read(options.Path), skipped, s_usual);

    public static Dataset OpenCoco(SpecReader options, Action<string>? skipped)
    {
        CrowdPolicy crowds = options.Choice("crowd", CrowdPolicy.One);
        return Open(options, ImagesBeside(options), () => CocoJson.Read(options.Path, crowds), skipped, s_usual);
    }

    public static Dataset OpenVoc(SpecReader options, Action<string>? skipped) =>
        Open(options, Path.Combine(options.Path, "JPEGImages"), () => VocXml.Read(options.Path), skipped, s_usual);

    public static Dataset OpenYolo(SpecReader options, Action<string>? skipped) =>
        Open(options, Path.Combine(options.Path, "images"), () => YoloText.Read(options.Path), skipped, s_usual);

    public static Dataset OpenList(SpecReader options, Action<string>? skipped)
    {
        string? names = options.Get("names");
        string images = options.Get("images") ?? throw options.Wrong("images is missing: the folder or zip that the listed paths are in");
        if (options.HasPath) return Open(options, images, () => HashNetList.Read(options.Path, Names()), skipped, s_usual);

        string[] lists = [.. s_splits.Select(ListOf)];
        return Open(options, images, () => HashNetList.ReadSplits(lists[0], lists[1], lists[2], Names(), skipped), skipped, null);

        string ListOf(string split) =>
            options.Get(split) ?? throw options.Wrong($"{split} is missing: a list for each split, or one list as the path");

        string[]? Names() => names is null ? null : LabelText.ReadNames(names);
    }

    private static string ImagesBeside(SpecReader options) => options.Get("images") ?? Path.GetDirectoryName(Path.GetFullPath(options.Path))!;

    /// <summary>Opens what a reader of labels reads.</summary>
    /// <param name="options">The text; keys that the reader needs have been asked for.</param>
    /// <param name="imagesPath">Where the images are.</param>
    /// <param name="read">Reads the labels, once all keys are known to be right.</param>
    /// <param name="skipped">Is told what is left out.</param>
    /// <param name="shares">How images without a split are divided; null where lists give every image one.</param>
    internal static Dataset Open(
        SpecReader options, string imagesPath, Func<LabeledImageList> read, Action<string>? skipped, SplitShares? shares)
    {
        double? train = shares is null ? null : options.Share("train"), query = shares is null ? null : options.Share("query");
        double? database = shares is null ? null : options.Share("database");
        int seed = InputOptions.ReadSeed(options);
        BadImages bad = options.Choice("bad", BadImages.Fatal);
        int tile = options.Integer("tile", 32, 8, 512);
        ImageInput input = InputOptions.ReadInput(options, 96);
        Augmentation augmentation = InputOptions.ReadAugmentation(options);
        ImageCache cache = InputOptions.ReadCache(options);
        options.End();

        LabeledImageList list = read();
        if (list.HasSplits && train is not null) throw options.Wrong("train is given, but the label file has splits of its own");
        IImageSource source = ImageSource.Open(imagesPath);
        try
        {
            var located = new LocatedImages(list, source, bad, skipped);
            SplitAssignment split = list.HasSplits
                ? SplitAssignment.FromList(list, located.Usable, query ?? QueryShareOfTest, database, seed)
                : SplitAssignment.Random(list.Path, located.Usable, train ?? shares!.Train, query ?? shares!.Query, database, seed);
            var tileInput = new ImageInput(input.Channels, tile, tile, input.Normalization);
            int[] test = [.. split.Query, .. split.Database];
            return new Dataset(
                options.Text, input, Part("train", split.Train), Part("query", split.Query), Part("database", split.Database), source)
            {
                Tiles = BoxCropSet.Create("objects train", list, split.Train, located, tileInput, augmentation, cache),
                HeldOutTiles = BoxCropSet.Create("objects test", list, test, located, tileInput, augmentation, cache),
            };

            FileImageSet Part(string name, int[] indices) =>
                new($"{Path.GetFileName(list.Path)} {name}", list, indices, located, input, augmentation, cache);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
