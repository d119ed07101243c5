namespace JaccardKernels.Data;

/// <summary>
/// Tiles of circuit boards with the defects whose box has its centre in them: each board is cut into 2 x 2 tiles of 320 pixels, tiles
/// without a defect are left out, the rest is delivered at the size of the input.
/// </summary>
public sealed class PcbTileSet : ByteImageSet
{
    /// <summary>Side of a tile in pixels of the board.</summary>
    public const int TileSide = 320;

    private const int TilesAcross = PcbBoards.Side / TileSide;

    private readonly PcbBoards _boards;
    private readonly (int Board, int Left, int Top)[] _tiles;
    private readonly bool _template;
    private readonly Resampler _resampler;

    private PcbTileSet(
        string name, PcbBoards boards, (int Board, int Left, int Top)[] tiles, int[] counts, ImageInput input, bool template,
        Augmentation augmentation, ImageCache cache)
        : base(name, boards.Labels.ClassNames, counts, tiles.Length, input, augmentation, cache)
    {
        _boards = boards;
        _tiles = tiles;
        _template = template;
        _resampler = new Resampler(TileSide, TileSide, input.Width, input.Height);
    }

    /// <inheritdoc/>
    public override string Id(int index)
    {
        (int board, int left, int top) = _tiles[index];
        return $"{_boards.Labels.Name(board)}@{left},{top}";
    }

    /// <summary>The tiles with defects of some boards.</summary>
    internal static PcbTileSet Create(
        string name, PcbBoards boards, ReadOnlySpan<int> indices, ImageInput input, bool template, Augmentation augmentation,
        ImageCache cache)
    {
        int classes = boards.Labels.ClassNames.Count;
        var tiles = new List<(int, int, int)>();
        var counts = new List<int>();
        int[] ofBoard = new int[TilesAcross * TilesAcross * classes];
        foreach (int board in indices)
        {
            Array.Clear(ofBoard);
            foreach (ObjectBox box in boards.Boxes(board))
            {
                int column = (int)Math.Min((box.Left + box.Right) / 2 / TileSide, TilesAcross - 1);
                int row = (int)Math.Min((box.Top + box.Bottom) / 2 / TileSide, TilesAcross - 1);
                ofBoard[(row * TilesAcross + column) * classes + box.Class]++;
            }
            for (int tile = 0; tile < TilesAcross * TilesAcross; tile++)
            {
                ReadOnlySpan<int> ofTile = ofBoard.AsSpan(tile * classes, classes);
                if (!ofTile.ContainsAnyExcept(0)) continue;
                tiles.Add((board, tile % TilesAcross * TileSide, tile / TilesAcross * TileSide));
                counts.AddRange(ofTile);
            }
        }
        return new PcbTileSet(name, boards, [.. tiles], [.. counts], input, template, augmentation, cache);
    }

    private protected override void Render(int index, Span<byte> pixels)
    {
        (int board, int left, int top) = _tiles[index];
        _boards.Draw(board, left, top, TileSide, Channels, _template, _resampler, pixels);
    }
}
