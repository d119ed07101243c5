namespace JaccardKernels.Data;

/// <summary>
/// Opens <c>cifar:</c>, scenes composed of real tiles. Training scenes use the tiles of train*.zip, queries and the database those of
/// test*.zip; either zip has a folder per class.
/// </summary>
internal static class ComposedDataset
{
    private const int MaximumImages = 10_000_000;
    private const int TrainStream = 11;
    private const int QueryStream = 12;
    private const int DatabaseStream = 13;

    public static Dataset Open(SpecReader options, Action<string>? skipped)
    {
        int train = options.Integer("train", 8000, 1, MaximumImages), query = options.Integer("query", 300, 1, MaximumImages);
        int database = options.Integer("database", 3000, 1, MaximumImages), seed = InputOptions.ReadSeed(options);
        Normalization normalization = InputOptions.ReadNormalization(options);
        Augmentation augmentation = InputOptions.ReadAugmentation(options);
        options.End();

        TileBank trainTiles = TileBank.Load(Archives.Find(options.Path, "train*.zip"));
        TileBank testTiles = TileBank.Load(Archives.Find(options.Path, "test*.zip"));
        if (trainTiles.Size != testTiles.Size || !trainTiles.ClassNames.SequenceEqual(testTiles.ClassNames))
            throw new InvalidDataException($"{options.Path}: the tiles for training and for testing differ in size or classes.");
        int side = ComposedSceneSet.SceneSize(trainTiles.Size);
        var input = new ImageInput(3, side, side, normalization);
        var tileInput = new ImageInput(3, trainTiles.Size, trainTiles.Size, normalization);
        return new Dataset(
            options.Text,
            input,
            new ComposedSceneSet("composed train", trainTiles, input, seed, TrainStream, train, augmentation),
            new ComposedSceneSet("composed query", testTiles, input, seed, QueryStream, query, augmentation),
            new ComposedSceneSet("composed database", testTiles, input, seed, DatabaseStream, database, augmentation))
        {
            Tiles = new TileSet("train tiles", trainTiles, tileInput, augmentation),
            HeldOutTiles = new TileSet("test tiles", testTiles, tileInput, augmentation),
        };
    }
}
