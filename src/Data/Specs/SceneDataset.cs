namespace JaccardKernels.Data;

/// <summary>Opens <c>scenes:</c>, the generated scenes that the system demonstrates itself with.</summary>
internal static class SceneDataset
{
    private const int MaximumImages = 10_000_000;

    // Numbers of the random streams. Splits are disjoint because their streams are.
    private const int TrainStream = 1;
    private const int QueryStream = 2;
    private const int DatabaseStream = 3;
    private const int TileStream = 4;
    private const int HeldOutStream = 5;
    private const int HeldOutTiles = 1000;

    public static Dataset Open(SpecReader options, Action<string>? skipped)
    {
        (int width, int height) = options.Size("size", 64);
        if (width != height || width is < 24 or > 512 || width % 2 != 0)
            throw options.Wrong($"size is {width}x{height}; scenes are square, with an even side in 24 to 512");
        int train = options.Integer("train", 8000, 1, MaximumImages), query = options.Integer("query", 300, 1, MaximumImages);
        int database = options.Integer("database", 3000, 1, MaximumImages), tiles = options.Integer("tiles", 10000, 0, MaximumImages);
        int seed = InputOptions.ReadSeed(options);
        Normalization normalization = InputOptions.ReadNormalization(options);
        Augmentation augmentation = InputOptions.ReadAugmentation(options);
        options.End();

        var input = new ImageInput(3, height, width, normalization);
        var tileInput = new ImageInput(3, height / 2, width / 2, normalization);
        return new Dataset(
            options.Text,
            input,
            new SceneSet("scenes train", input, seed, TrainStream, train, augmentation),
            new SceneSet("scenes query", input, seed, QueryStream, query, augmentation),
            new SceneSet("scenes database", input, seed, DatabaseStream, database, augmentation))
        {
            Tiles = Shapes("shape tiles", TileStream, tiles),
            HeldOutTiles = Shapes("held-out shape tiles", HeldOutStream, Math.Min(tiles, HeldOutTiles)),
        };

        ShapeTileSet? Shapes(string name, int stream, int count) =>
            count == 0 ? null : new ShapeTileSet(name, tileInput, seed, stream, count, augmentation);
    }
}
