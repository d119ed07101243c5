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

    private StepCursor<TSide> _cursor;

    /// <summary>Describes one.</summary>
    /// <param name="operands">What the pairs are made of.</param>
    /// <param name="row">The first row.</param>
    /// <param name="pins">Keeps the pair decoded.</param>
    public PairStrip(RelationOperands operands, int row, PinnedValues pins)
    {
        _operands = operands;
        int own = StepCursor<TSide>.OwnRow;
        // Rows beyond the last are made of the last one, and of no steps.
        PairPlaces places = operands.PlacesOf(IntrinsicMath.Min(row + own, operands.Rows - 1));
        (_first, _second, _context) = (pins.Pin(places.First), pins.Pin(places.Second), pins.Pin(places.Context));
        _cursor = new StepCursor<TSide>(row + own < operands.Rows, operands.Inputs);
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
        return _operands.Hidden(new PairPlaces(_first, _second, _context), _cursor.Step + ahead);
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
