using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// What strips share whose thread keeps to one row and takes four steps a part: a row is decoded once, and neighbouring threads take neighbouring rows.
/// </summary>
internal struct StepCursor<TSide>
    where TSide : struct, IStripSide
{
    private int _step, _left, _place, _flip;

    /// <summary>Stands before the first strip.</summary>
    /// <param name="inside">The thread's row is one of the operand; else it has no steps.</param>
    /// <param name="steps">Steps of all strips.</param>
    public StepCursor(bool inside, int steps)
    {
        int step = (int)((uint)Group.IdxX / (uint)TSide.Extent) * 4;
        _step = step;
        _left = inside ? steps - step : 0;
        _place = step * TSide.Stride + OwnRow;
        _flip = TSide.Depth * TSide.Stride;
    }

    /// <summary>The row of this thread.</summary>
    public static int OwnRow => (int)((uint)Group.IdxX % (uint)TSide.Extent);

    /// <summary>From one part of a thread to its next.</summary>
    public static int PartSteps => 4 * (TSide.Threads / TSide.Extent);

    /// <summary>The first step of the thread in the present strip.</summary>
    public readonly int Step => _step;

    /// <summary>Steps from it to the last.</summary>
    public readonly int Left => _left;

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
}
