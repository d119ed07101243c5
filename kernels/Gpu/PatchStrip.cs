using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// The patches of images as strips, gathered on their way into shared memory: row (n,i,j) of the grid, step as the table says; zero in the padding.
/// A thread keeps to one position and takes four steps a part, so a position is decoded once and neighbours read neighbours.
/// </summary>
internal struct PatchStrip<TSide> : IStrip
    where TSide : struct, IStripSide
{
    private readonly ArrayView<float> _images;
    private readonly ArrayView<Four<int>> _table;
    private readonly int _height, _width, _h, _w, _at;

    private StepCursor<TSide> _cursor;

    /// <summary>Describes one.</summary>
    /// <param name="images">What lies under the grid.</param>
    /// <param name="table">The steps.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="position">The first position of the strip.</param>
    /// <param name="positions">Positions of all images.</param>
    /// <param name="group">The group of channels.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="pins">Keeps the position decoded.</param>
    public PatchStrip(
        ArrayView<float> images, ArrayView<Four<int>> table, PatchGrid grid, int position, int positions, int group, int steps, PinnedValues pins)
    {
        (_images, _table, _height, _width) = (images, table, grid.Height, grid.Width);
        int row = StepCursor<TSide>.OwnRow;
        int image = grid.Plane.Divide(position + row), inImage = grid.Plane.Remainder(position + row), i = grid.Row.Divide(inImage);
        _h = pins.Pin(i * grid.StrideH + grid.OriginH);
        _w = pins.Pin((inImage - i * grid.Row.Divisor) * grid.StrideW + grid.OriginW);
        _at = pins.Pin(image * grid.ImageStride + group * grid.GroupStride + _h * grid.Width + _w);
        _cursor = new StepCursor<TSide>(position + row < positions, steps);
    }

    public readonly Four<float> Fetch(int part)
    {
        int first = part * StepCursor<TSide>.PartSteps;
        return new Four<float>(Element(first), Element(first + 1), Element(first + 2), Element(first + 3));
    }

    public void Next() => _cursor.Next();

    public readonly void Store(ArrayView<float> strips, int part, Four<float> elements) => _cursor.Store(strips, part, elements);

    public void Flip() => _cursor.Flip();

    private readonly float Element(int ahead)
    {
        if (_cursor.Left <= ahead) return 0f;
        Four<int> entry = _table[_cursor.Step + ahead];
        bool inside = (uint)(_h + entry.Y) < (uint)_height & (uint)(_w + entry.Z) < (uint)_width;
        return inside ? _images[_at + entry.X] : 0f;
    }
}
