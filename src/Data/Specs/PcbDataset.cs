namespace JaccardKernels.Data;

/// <summary>
/// Opens <c>deeppcb:</c>. The data set's own split is kept: 1000 boards for training; the 500 test boards are divided into queries and
/// database by board. Boards have no upper side, so training mirrors both ways by default.
/// </summary>
internal static class PcbDataset
{
    public static Dataset Open(SpecReader options, Action<string>? skipped)
    {
        (int width, int height) = options.Size("size", 160);
        if (width != height || width is < 16 or > PcbTileSet.TileSide)
            throw options.Wrong($"size is {width}x{height}; tiles are square, 16 to {PcbTileSet.TileSide}");
        bool template = options.Integer("template", 0, 0, 1) == 1;
        int channels = InputOptions.ReadChannels(options, template ? 3 : 1);
        if (template && channels == 1) throw options.Wrong("template=1 needs channels=3: board, template, and where they differ");
        Normalization normalization = InputOptions.ReadNormalization(options);
        if (normalization != Normalization.Unit) throw options.Wrong($"norm is '{normalization}'; boards have no colours, norm is unit");
        int tile = options.Integer("tile", 32, 8, width);
        double query = options.Share("query") ?? 0.2;
        int seed = InputOptions.ReadSeed(options);
        Augmentation augmentation = InputOptions.ReadAugmentation(options, flip: "hv");
        ImageCache cache = InputOptions.ReadCache(options);
        options.End();

        var boards = new PcbBoards(options.Path);
        try
        {
            int[] all = [.. Enumerable.Range(0, boards.Labels.Count)];
            SplitAssignment split = SplitAssignment.FromList(boards.Labels, all, query, null, seed);
            int[] test = [.. split.Query, .. split.Database];
            var input = new ImageInput(channels, height, width, normalization);
            var tileInput = new ImageInput(channels, tile, tile, normalization);
            // Squares about defects that have, delivered, the scale of delivered tiles.
            int side = Math.Clamp(tile * PcbTileSet.TileSide / width, 1, PcbTileSet.TileSide);
            return new Dataset(
                options.Text,
                input,
                PcbTileSet.Create("boards train", boards, split.Train, input, template, augmentation, cache),
                PcbTileSet.Create("boards query", boards, split.Query, input, template, augmentation, cache),
                PcbTileSet.Create("boards database", boards, split.Database, input, template, augmentation, cache),
                boards)
            {
                Tiles = PcbCropSet.Create("defects train", boards, split.Train, side, tileInput, template, augmentation, cache),
                HeldOutTiles = PcbCropSet.Create("defects test", boards, test, side, tileInput, template, augmentation, cache),
            };
        }
        catch
        {
            boards.Dispose();
            throw;
        }
    }
}
