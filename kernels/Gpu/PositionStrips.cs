using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// What both strips over positions share: steps are positions of all images, one a thread and strip, decoded once for all its rows; rows lie
/// <c>threads / depth</c> apart. Neighbouring threads take neighbouring positions.
/// </summary>
internal struct PositionCursor<TSide>
    where TSide : struct, IStripSide
{
    private int _position, _left, _place, _flip;

    public PositionCursor(int start, int steps)
    {
        int step = (int)((uint)Group.IdxX % (uint)TSide.Depth);
        _position = start + step;
        _left = steps - step;
        _place = step * TSide.Stride + OwnRow;
        _flip = TSide.Depth * TSide.Stride;
    }

    /// <summary>The first row of this thread.</summary>
    public static int OwnRow => (int)((uint)Group.IdxX / (uint)TSide.Depth);

    /// <summary>From one row of a thread to its next.</summary>
    public static int RowStep => TSide.Threads / TSide.Depth;

    /// <summary>The position, over all images.</summary>
    public readonly int Position => _position;

    /// <summary>The position is one to be summed over.</summary>
    public readonly bool Inside => _left > 0;

    public void Next()
    {
        _position += TSide.Depth;
        _left -= TSide.Depth;
    }

    public readonly void Store(ArrayView<float> strips, int part, Four<float> elements)
    {
        elements = Rounding.Of<TSide>(elements);
        ArrayView<float> places = strips.SubView(_place);
        places[4 * part * RowStep] = elements.X;
        places[(4 * part + 1) * RowStep] = elements.Y;
        places[(4 * part + 2) * RowStep] = elements.Z;
        places[(4 * part + 3) * RowStep] = elements.W;
    }

    public void Flip()
    {
        _place += _flip;
        _flip = -_flip;
    }
}

/// <summary>Images as strips: row a channel, step a position.</summary>
internal struct ChannelStrip<TSide>(
    ArrayView<float> images, FastDivision plane, int imageStride, int first, int row, int rows, int start, int steps) : IStrip
    where TSide : struct, IStripSide
{
    private readonly ArrayView<float> _images = images;
    private readonly FastDivision _plane = plane;
    private readonly int _imageStride = imageStride, _first = first, _row = row, _rows = rows;

    private PositionCursor<TSide> _cursor = new(start, steps);

    public readonly Four<float> Fetch(int part) => new(Element(4 * part), Element(4 * part + 1), Element(4 * part + 2), Element(4 * part + 3));

    public void Next() => _cursor.Next();

    public readonly void Store(ArrayView<float> strips, int part, Four<float> elements) => _cursor.Store(strips, part, elements);

    public void Flip() => _cursor.Flip();

    private readonly float Element(int index)
    {
        int row = _row + PositionCursor<TSide>.OwnRow + index * PositionCursor<TSide>.RowStep;
        int image = _plane.Divide(_cursor.Position), inImage = _plane.Remainder(_cursor.Position);
        if (!_cursor.Inside | row >= _rows) return 0f;
        return _images[image * _imageStride + (_first + row) * _plane.Divisor + inImage];
    }
}

/// <summary>Patches as strips the other way: row a term (c,r,s) as the table says, step a position.</summary>
internal struct TermStrip<TSide>(
    ArrayView<float> images, ArrayView<Four<int>> table, PatchGrid grid, int group, int row, int rows, int start, int steps) : IStrip
    where TSide : struct, IStripSide
{
    private readonly ArrayView<float> _images = images;
    private readonly ArrayView<Four<int>> _table = table;
    private readonly PatchGrid _grid = grid;
    private readonly int _group = group, _row = row, _rows = rows;

    private PositionCursor<TSide> _cursor = new(start, steps);

    public readonly Four<float> Fetch(int part)
    {
        int image = _grid.Plane.Divide(_cursor.Position), inImage = _grid.Plane.Remainder(_cursor.Position), i = _grid.Row.Divide(inImage);
        int h = i * _grid.StrideH + _grid.OriginH, w = (inImage - i * _grid.Row.Divisor) * _grid.StrideW + _grid.OriginW;
        int at = image * _grid.ImageStride + _group * _grid.GroupStride + h * _grid.Width + w;
        return new Four<float>(
            Element(4 * part, at, h, w), Element(4 * part + 1, at, h, w), Element(4 * part + 2, at, h, w), Element(4 * part + 3, at, h, w));
    }

    public void Next() => _cursor.Next();

    public readonly void Store(ArrayView<float> strips, int part, Four<float> elements) => _cursor.Store(strips, part, elements);

    public void Flip() => _cursor.Flip();

    private readonly float Element(int index, int at, int h, int w)
    {
        int row = _row + PositionCursor<TSide>.OwnRow + index * PositionCursor<TSide>.RowStep;
        if (!_cursor.Inside | row >= _rows) return 0f;
        Four<int> entry = _table[row];
        bool inside = (uint)(h + entry.Y) < (uint)_grid.Height & (uint)(w + entry.Z) < (uint)_grid.Width;
        return inside ? _images[at + entry.X] : 0f;
    }
}
