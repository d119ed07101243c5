using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>How a stored matrix lies under a strip, as a constant that the compiler folds.</summary>
internal interface IStripLayout
{
    /// <summary>Four elements side by side in memory are fetched at once; else one by one.</summary>
    static abstract bool Vectors { get; }

    /// <summary>Steps are neighbours in memory; else rows of the strip are.</summary>
    static abstract bool StepsAdjacent { get; }
}

/// <summary>Rows of the strip side by side, a multiple of four of them, at a multiple of 16 bytes.</summary>
internal readonly struct RowsAdjacent : IStripLayout
{
    public static bool Vectors => true;

    public static bool StepsAdjacent => false;
}

/// <summary>Steps side by side, a multiple of four of them, at a multiple of 16 bytes.</summary>
internal readonly struct StepsAdjacent : IStripLayout
{
    public static bool Vectors => true;

    static bool IStripLayout.StepsAdjacent => true;
}

/// <summary>Any strides, any alignment: element by element.</summary>
internal readonly struct Strided : IStripLayout
{
    public static bool Vectors => false;

    public static bool StepsAdjacent => false;
}

/// <summary>A stored matrix as strips: element (row, step) lies at <c>row rowStride + step stepStride</c>.</summary>
internal struct StoredStrip<TSide, TLayout> : IStrip
    where TSide : struct, IStripSide
    where TLayout : struct, IStripLayout
{
    private readonly ArrayView<float> _view;
    private readonly int _rowStride, _stepStride, _rows;

    // Where this thread's first part is; steps left from it on; its place in shared memory, and how far the other buffer is.
    private int _at, _left, _place, _flip;

    /// <summary>Describes one.</summary>
    /// <param name="view">The matrix.</param>
    /// <param name="rowStride">Elements from row to row.</param>
    /// <param name="stepStride">Elements from step to step.</param>
    /// <param name="row">The first row of the strip.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="start">The first step.</param>
    /// <param name="steps">Steps.</param>
    public StoredStrip(ArrayView<float> view, int rowStride, int stepStride, int row, int rows, int start, int steps)
    {
        (_view, _rowStride, _stepStride) = (view, rowStride, stepStride);
        // Neighbouring threads take neighbouring vectors, or whatever elements are neighbours in memory.
        bool stepsFirst = TLayout.Vectors ? TLayout.StepsAdjacent : stepStride == 1;
        int width = TLayout.Vectors ? 4 : 1, across = stepsFirst ? TSide.Depth / width : TSide.Extent / width;
        int fast = (int)((uint)Group.IdxX % (uint)across) * width, slow = (int)((uint)Group.IdxX / (uint)across);
        int ownRow = row + (stepsFirst ? slow : fast), ownStep = stepsFirst ? fast : slow;
        _rows = rows - ownRow;
        _at = ownRow * rowStride + (start + ownStep) * stepStride;
        // All parts share a row unless they lie one below the other.
        _left = _rows > 0 ? steps - ownStep : 0;
        _place = ownStep * TSide.Stride + ownRow - row;
        _flip = TSide.Depth * TSide.Stride;
    }

    // From one part of a thread to its next: rows where steps are neighbours, else steps.
    private static int PartRows => TLayout.StepsAdjacent ? TSide.Threads / (TSide.Depth / 4) : 0;

    private static int PartSteps => TLayout.StepsAdjacent ? 0 : TSide.Threads / (TSide.Extent / 4);

    public readonly Four<float> Fetch(int part)
    {
        if (!TLayout.Vectors) return new Four<float>(Element(4 * part), Element(4 * part + 1), Element(4 * part + 2), Element(4 * part + 3));
        if (_left <= part * PartSteps | (part * PartRows > 0 & _rows <= part * PartRows)) return default;
        int at = _at + (TLayout.StepsAdjacent ? part * PartRows * _rowStride : part * PartSteps * _stepStride);
        return _view.Cast<Four<float>>()[at >> 2];
    }

    public void Next()
    {
        _at += TLayout.StepsAdjacent ? TSide.Depth : TSide.Depth * _stepStride;
        _left -= TSide.Depth;
    }

    public readonly void Store(ArrayView<float> strips, int part, Four<float> elements)
    {
        elements = Rounding.Of<TSide>(elements);
        if (!TLayout.Vectors)
        {
            StoreElement(strips, 4 * part, elements.X);
            StoreElement(strips, 4 * part + 1, elements.Y);
            StoreElement(strips, 4 * part + 2, elements.Z);
            StoreElement(strips, 4 * part + 3, elements.W);
            return;
        }
        int next = part * (PartSteps * TSide.Stride + PartRows);
        if (TLayout.StepsAdjacent)
        {
            ArrayView<float> places = strips.SubView(_place);
            places[next] = elements.X;
            places[next + TSide.Stride] = elements.Y;
            places[next + 2 * TSide.Stride] = elements.Z;
            places[next + 3 * TSide.Stride] = elements.W;
        }
        else
        {
            strips.Cast<Four<float>>().SubView(_place >> 2)[next / 4] = elements;
        }
    }

    public void Flip()
    {
        _place += _flip;
        _flip = -_flip;
    }

    private readonly int ElementRows(int index) => _stepStride == 1 ? index * (TSide.Threads / TSide.Depth) : 0;

    private readonly int ElementSteps(int index) => _stepStride == 1 ? 0 : index * (TSide.Threads / TSide.Extent);

    private readonly void StoreElement(ArrayView<float> strips, int index, float element) =>
        strips[_place + ElementSteps(index) * TSide.Stride + ElementRows(index)] = element;

    private readonly float Element(int index)
    {
        int rows = ElementRows(index), steps = ElementSteps(index);
        if (_rows <= rows | _left <= steps) return default;
        return _view[_at + rows * _rowStride + steps * _stepStride];
    }
}
