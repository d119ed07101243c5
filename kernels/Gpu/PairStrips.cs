using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// Pairs of objects as strips, made on their way into shared memory: row a pair, step a unit of the first layer. A thread keeps to one pair and takes
/// four steps a part; neighbours read neighbouring objects.
/// </summary>
internal struct PairStrip<TSide> : IStrip
    where TSide : struct, IStripSide
{
    private readonly RelationOperands _operands;
    private readonly int _first, _second, _context;

    private int _step, _left, _place, _flip;

    /// <summary>Describes one.</summary>
    /// <param name="operands">What the pairs are made of.</param>
    /// <param name="row">The first row.</param>
    /// <param name="pins">Keeps the pair decoded.</param>
    public PairStrip(RelationOperands operands, int row, PinnedValues pins)
    {
        _operands = operands;
        int own = (int)((uint)Group.IdxX % (uint)TSide.Extent), step = (int)((uint)Group.IdxX / (uint)TSide.Extent) * 4;
        // Rows beyond the last are made of the last one, and of no steps.
        PairPlaces places = operands.PlacesOf(IntrinsicMath.Min(row + own, operands.Rows - 1));
        (_first, _second, _context) = (pins.Pin(places.First), pins.Pin(places.Second), pins.Pin(places.Context));
        _step = step;
        _left = row + own < operands.Rows ? operands.Inputs - step : 0;
        _place = step * TSide.Stride + own;
        _flip = TSide.Depth * TSide.Stride;
    }

    // Steps from one part of a thread to its next.
    private static int PartSteps => 4 * (TSide.Threads / TSide.Extent);

    public readonly Four<float> Fetch(int part)
    {
        int first = part * PartSteps;
        return new Four<float>(Element(first), Element(first + 1), Element(first + 2), Element(first + 3));
    }

    public void Next()
    {
        _step += TSide.Depth;
        _left -= TSide.Depth;
    }

    public readonly void Store(ArrayView<float> strips, int part, Four<float> elements)
    {
        elements = Rounding.Of<TSide>(elements);
        ArrayView<float> places = strips.SubView(_place);
        int at = part * PartSteps * TSide.Stride;
        places[at] = elements.X;
        places[at + TSide.Stride] = elements.Y;
        places[at + 2 * TSide.Stride] = elements.Z;
        places[at + 3 * TSide.Stride] = elements.W;
    }

    public void Flip()
    {
        _place += _flip;
        _flip = -_flip;
    }

    private readonly float Element(int ahead)
    {
        if (_left <= ahead) return 0f;
        return _operands.Hidden(new PairPlaces(_first, _second, _context), _step + ahead);
    }
}

/// <summary>Pairs of objects as strips the other way: row a unit of the first layer, step a pair.</summary>
internal struct PairUnitStrip<TSide>(RelationOperands operands, int row, int start, int steps) : IStrip
    where TSide : struct, IStripSide
{
    private readonly RelationOperands _operands = operands;
    private readonly int _row = row;

    private PositionCursor<TSide> _cursor = new(start, steps);

    public readonly Four<float> Fetch(int part)
    {
        PairPlaces places = _operands.PlacesOf(IntrinsicMath.Min(_cursor.Position, _operands.Rows - 1));
        return new Four<float>(
            Element(4 * part, places), Element(4 * part + 1, places), Element(4 * part + 2, places), Element(4 * part + 3, places));
    }

    public void Next() => _cursor.Next();

    public readonly void Store(ArrayView<float> strips, int part, Four<float> elements) => _cursor.Store(strips, part, elements);

    public void Flip() => _cursor.Flip();

    private readonly float Element(int index, PairPlaces places)
    {
        int row = _row + PositionCursor<TSide>.OwnRow + index * PositionCursor<TSide>.RowStep;
        if (!_cursor.Inside | row >= _operands.Inputs) return 0f;
        return _operands.Hidden(places, row);
    }
}
