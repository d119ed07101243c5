namespace JaccardKernels.Data;

/// <summary>
/// Opens the data sets that retrieval is measured on, by the protocols of the literature: <c>mscoco:</c>, <c>nuswide:</c> and
/// <c>mirflickr:</c>. Training images and queries are those of published lists or drawn by the seed; the database is every other image with
/// labels, so that no query is in it, and no training image.
/// </summary>
internal static class ProtocolDataset
{
    // The paper's sizes (Mojoo, Kurita 2021): for COCO and for all concepts of NUS-WIDE those of HashNet (Cao et al. 2017), for its 21 most
    // frequent concepts those of CNNH (Xia et al. 2014), 100 queries and 500 training images a concept; drawn here from all images alike.
    private static readonly SplitShares s_usual = new(10_000, 5_000);
    private static readonly SplitShares s_ofNusWide21 = new(10_500, 2_100);

    // DCMH's (Jiang, Li 2017): 2,000 queries of MIRFLICKR; 5,000 training images as in most work on images alone.
    private static readonly SplitShares s_ofMirFlickr = new(5_000, 2_000);

    public static Dataset OpenMsCoco(SpecReader options, Action<string>? skipped)
    {
        CrowdPolicy crowds = options.Choice("crowd", CrowdPolicy.One);
        string? lists = options.Get("lists");
        return ListDataset.Open(
            options, options.Path, () => ProtocolLists.Assign(MsCoco.Read(options.Path, crowds), lists, skipped), skipped,
            lists is null ? s_usual : null);
    }

    /// <summary>
    /// By the labels as they are distributed, where they are in the folder; else by HashNet's lists, train.txt, test.txt and database.txt with their
    /// labels, in the folder or where <c>lists</c> says.
    /// </summary>
    public static Dataset OpenNusWide(SpecReader options, Action<string>? skipped)
    {
        int classes = options.Integer("classes", NusWide.Concepts, 1, NusWide.Concepts);
        if (classes is not (NusWide.Concepts or 21)) throw options.Wrong($"classes is {classes}; it is 81 or 21");
        string? lists = options.Get("lists");
        string images = options.Get("images") ?? options.Path;
        if (!NusWide.IsAt(options.Path))
            return ListDataset.Open(options, images, () => ReadLists(lists ?? options.Path, classes, skipped), skipped, null);

        SplitShares? shares = lists is not null ? null : classes == 21 ? s_ofNusWide21 : s_usual;
        return ListDataset.Open(options, images, () => ProtocolLists.Assign(NusWide.Read(options.Path, classes), lists, skipped), skipped, shares);
    }

    /// <summary>Images in the folder or in its folder mirflickr; annotations in its folder annotations, or beside them.</summary>
    public static Dataset OpenMirFlickr(SpecReader options, Action<string>? skipped)
    {
        MirFlickrLabels labels = options.Choice("labels", MirFlickrLabels.Potential);
        string annotations = options.Get("annotations") ?? FirstFolder("annotations", "mirflickr25k_annotations_v080");
        return ListDataset.Open(options, FirstFolder("mirflickr"), () => MirFlickr.Read(annotations, labels), skipped, s_ofMirFlickr);

        string FirstFolder(params string[] names) =>
            names.Select(name => Path.Combine(options.Path, name)).FirstOrDefault(Directory.Exists) ?? options.Path;
    }

    private static LabeledImageList ReadLists(string lists, int classes, Action<string>? skipped)
    {
        LabeledImageList list = HashNetList.ReadSplits(
            ProtocolLists.Find(lists, "train"), ProtocolLists.Find(lists, "test"), ProtocolLists.Find(lists, "database"), note: skipped);
        if (list.ClassNames.Count != classes)
            throw new InvalidDataException($"{lists}: the lists have {list.ClassNames.Count} classes; classes={classes} is asked for.");
        for (int i = 0; i < list.Count; i++)
        {
            int wrong = list.Counts(i).IndexOfAnyExceptInRange(0, 1);
            if (wrong >= 0) throw new InvalidDataException($"{lists}: {list.Name(i)} has a label {list.Counts(i)[wrong]}; the labels of NUS-WIDE are 0 and 1.");
        }
        return list;
    }
}
