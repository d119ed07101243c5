namespace JaccardKernels.Data;

/// <summary>How many images are for training and how many are queries; the rest is the database.</summary>
/// <param name="Train">See <see cref="SpecReader.Share"/>.</param>
/// <param name="Query">Likewise.</param>
internal sealed record SplitShares(double Train, double Query);

/// <summary>Which images are for training, which are queries, and which are the database: three lists without an image in common.</summary>
/// <param name="Train">Indices, ascending.</param>
/// <param name="Query">Indices, ascending.</param>
/// <param name="Database">Indices, ascending.</param>
internal sealed record SplitAssignment(int[] Train, int[] Query, int[] Database)
{
    private const StringComparison Ignore = StringComparison.OrdinalIgnoreCase;

    // Apart from the streams that images are drawn from.
    private const int SplitStream = 99;

    /// <summary>
    /// By the list's own splits. Names that begin with train are for training; query and database (or gallery) are what they say; test is
    /// divided by chance into queries and database, and so is val where there is no other split to test on; else val is for training too.
    /// </summary>
    /// <param name="list">Labels with splits.</param>
    /// <param name="usable">The images that can be used.</param>
    /// <param name="query">How many of test and val are queries; see <see cref="SpecReader.Share"/>.</param>
    /// <param name="database">How many are the database, or null for the rest.</param>
    /// <param name="seed">What the division is a function of.</param>
    /// <exception cref="InvalidDataException">A split has another name.</exception>
    public static SplitAssignment FromList(LabeledImageList list, int[] usable, double query, double? database, int seed)
    {
        List<int> train = [], queries = [], gallery = [], test = [];
        bool testsElsewhere = Array.Exists(
            usable, i => !list.Split(i).StartsWith("train", Ignore) && !list.Split(i).StartsWith("val", Ignore));
        foreach (int i in usable)
        {
            string split = list.Split(i);
            List<int> target =
                Begins("train") || (testsElsewhere && Begins("val")) ? train
                : Begins("query") || Begins("queries") ? queries
                : Begins("database") || Begins("gallery") ? gallery
                : Begins("test") || Begins("val") ? test
                : throw new InvalidDataException(
                    $"{list.Path}: {list.Name(i)} is in the split '{split}'; the splits are train, test, val, query, database.");
            target.Add(i);

            bool Begins(string name) => split.StartsWith(name, Ignore);
        }
        int[][] parts = Divide([.. test], seed, list.Path, query, database);
        return new SplitAssignment([.. train], [.. queries.Concat(parts[0]).Order()], [.. gallery.Concat(parts[1]).Order()]);
    }

    /// <summary>By chance alone.</summary>
    /// <param name="path">The label file, for messages.</param>
    /// <param name="usable">The images that can be used.</param>
    /// <param name="train">How many are for training.</param>
    /// <param name="query">How many are queries.</param>
    /// <param name="database">How many are the database, or null for the rest.</param>
    /// <param name="seed">What the division is a function of.</param>
    public static SplitAssignment Random(string path, int[] usable, double train, double query, double? database, int seed)
    {
        int[][] parts = Divide(usable, seed, path, train, query, database);
        return new SplitAssignment(parts[0], parts[1], parts[2]);
    }

    // Cuts a shuffled list into parts; null takes what is left. Parts come back in ascending order.
    private static int[][] Divide(int[] items, int seed, string path, params double?[] shares)
    {
        int[] shuffled = [.. items];
        RandomStream random = RandomStream.Of(seed, SplitStream, 0);
        random.Shuffle(shuffled);
        int[][] parts = new int[shares.Length][];
        double sum = shares.Sum(share => share switch { null => 0, <= 1 => share.Value * items.Length, _ => share.Value });
        if (items.Length > 0 && sum > items.Length * (1 + 1e-9))
            throw new InvalidDataException(
                FormattableString.Invariant($"{path}: the splits ask for {sum:0} images; {items.Length} can be divided."));
        int start = 0;
        for (int p = 0; p < shares.Length; p++)
        {
            // Rounding may make the last part one image too long.
            int length = Math.Min(items.Length - start, shares[p] switch
            {
                null => items.Length,
                <= 1 => (int)Math.Round(shares[p]!.Value * items.Length),
                _ => (int)shares[p]!.Value,
            });
            parts[p] = shuffled[start..(start + length)];
            Array.Sort(parts[p]);
            start += length;
        }
        return parts;
    }
}
