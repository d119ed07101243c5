namespace JaccardKernels.Gpu;

/// <summary>Which operand of a tile a strip is, as constants that the compiler folds.</summary>
internal interface IStripSide
{
    /// <summary>Rows of the strip: rows or columns of the tile.</summary>
    static abstract int Extent { get; }

    /// <summary>Steps of the strip.</summary>
    static abstract int Depth { get; }

    /// <summary>Elements from step to step in shared memory.</summary>
    static abstract int Stride { get; }

    /// <summary>Threads of the group.</summary>
    static abstract int Threads { get; }

    /// <summary>What a factor is rounded to.</summary>
    static abstract float Round(float factor);
}

/// <summary>The operand whose rows are the rows of the tile.</summary>
internal readonly struct SideA<TShape> : IStripSide
    where TShape : struct, ITileShape
{
    public static int Extent => TShape.Rows;

    public static int Stride => TShape.Rows + TShape.Padding;

    public static int Depth => TShape.Depth;

    public static int Threads => TShape.GroupSize;

    public static float Round(float factor) => TShape.Round(factor);
}

/// <summary>The operand whose rows are the columns of the tile.</summary>
internal readonly struct SideB<TShape> : IStripSide
    where TShape : struct, ITileShape
{
    public static int Extent => TShape.Columns;

    public static int Stride => TShape.Columns + TShape.Padding;

    public static int Depth => TShape.Depth;

    public static int Threads => TShape.GroupSize;

    public static float Round(float factor) => TShape.Round(factor);
}
