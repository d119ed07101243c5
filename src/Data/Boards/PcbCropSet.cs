namespace JaccardKernels.Data;

/// <summary>Squares of circuit boards about one defect each, with one-hot labels, at the scale that tiles have: for pretraining.</summary>
public sealed class PcbCropSet : ByteImageSet
{
    private readonly PcbBoards _boards;
    private readonly (int Board, ObjectBox Box)[] _objects;
    private readonly bool _template;
    private readonly int _side;
    private readonly Resampler _resampler;

    private PcbCropSet(
        string name, PcbBoards boards, (int Board, ObjectBox Box)[] objects, int side, ImageInput input, bool template,
        Augmentation augmentation, ImageCache cache)
        : base(
            name, boards.Labels.ClassNames, OneHot(objects.Length, boards.Labels.ClassNames.Count, i => objects[i].Box.Class), objects.Length,
            input, augmentation, cache)
    {
        _boards = boards;
        _objects = objects;
        _template = template;
        _side = side;
        _resampler = new Resampler(side, side, input.Width, input.Height);
    }

    /// <inheritdoc/>
    public override string Id(int index)
    {
        (int board, ObjectBox box) = _objects[index];
        return FormattableString.Invariant($"{_boards.Labels.Name(board)}#{ClassNames[box.Class]}@{box.Left},{box.Top}");
    }

    /// <summary>The defects of some boards.</summary>
    /// <param name="name">What to call the set.</param>
    /// <param name="boards">All boards.</param>
    /// <param name="indices">Which of them.</param>
    /// <param name="side">Side of the square in pixels of the board, 1 to 640.</param>
    /// <param name="input">Size and channels of a delivered square.</param>
    /// <param name="template">Whether channels are board, template and difference.</param>
    /// <param name="augmentation">What a non-zero key does.</param>
    /// <param name="cache">Where squares are kept.</param>
    internal static PcbCropSet Create(
        string name, PcbBoards boards, ReadOnlySpan<int> indices, int side, ImageInput input, bool template, Augmentation augmentation,
        ImageCache cache)
    {
        var objects = new List<(int, ObjectBox)>();
        foreach (int board in indices)
        {
            foreach (ObjectBox box in boards.Boxes(board)) objects.Add((board, box));
        }
        return new PcbCropSet(name, boards, [.. objects], side, input, template, augmentation, cache);
    }

    private protected override void Render(int index, Span<byte> pixels)
    {
        (int board, ObjectBox box) = _objects[index];
        int left = (int)Math.Clamp((box.Left + box.Right - _side) / 2, 0, PcbBoards.Side - _side);
        int top = (int)Math.Clamp((box.Top + box.Bottom - _side) / 2, 0, PcbBoards.Side - _side);
        _boards.Draw(board, left, top, _side, Channels, _template, _resampler, pixels);
    }
}
