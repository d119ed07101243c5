using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// How a tile of results is cut: a group computes <see cref="Rows"/> x <see cref="Columns"/> of them, strips of <see cref="Depth"/> steps of both
/// operands pass through shared memory, and a thread keeps its results in named scalars. <see cref="Run"/> is written by the tile generator from
/// the numbers in the shape's <c>[TileShape]</c>, because ILGPU unrolls no loops and keeps arrays in slow memory.
/// </summary>
internal interface ITileShape : IGroup
{
    /// <summary>Results of a group along a column.</summary>
    static abstract int Rows { get; }

    /// <summary>Results of a group along a row.</summary>
    static abstract int Columns { get; }

    /// <summary>Steps over k that are staged at once.</summary>
    static abstract int Depth { get; }

    /// <summary>Elements between the rows of a step and those of the next in shared memory, so that threads that walk along k meet different banks.</summary>
    static abstract int Padding { get; }

    /// <summary>What a factor is rounded to before it is multiplied.</summary>
    static abstract float Round(float factor);

    /// <summary>
    /// Computes the tile of this group, <c>result[i,j] = sum over k of a[i,k] b[j,k]</c>, in order of k. Per strip a thread fetches its share of both
    /// operands into registers, stores it to shared memory, and multiplies every step's rows with its columns.
    /// </summary>
    /// <param name="row">The first row of the tile.</param>
    /// <param name="column">The first column.</param>
    /// <param name="steps">Steps over k.</param>
    /// <param name="a">Rows, at its first step.</param>
    /// <param name="b">Columns, at its first step.</param>
    /// <param name="result">Takes the sums.</param>
    static abstract void Run<TA, TB, TResult>(int row, int column, int steps, TA a, TB b, TResult result)
        where TA : struct, IStrip
        where TB : struct, IStrip
        where TResult : struct, ITileResult;
}

/// <summary>
/// One operand on its way into shared memory, strip by strip. A thread owns one or more <i>parts</i>, four elements each, at places in the strip
/// that do not change. Two zeros must leave a sum as it is: strips are padded with them. What a strip needs at every turn of the loop is moved on
/// by <see cref="Next"/> and <see cref="Flip"/>, not computed from constants: ILGPU would repeat that computation at every turn.
/// </summary>
internal interface IStrip
{
    /// <summary>Loads a part of the present strip; zeros outside the operand.</summary>
    Four<float> Fetch(int part);

    /// <summary>Goes to the next strip.</summary>
    void Next();

    /// <summary>
    /// Rounds a part and stores it where <see cref="ITileShape.Run"/> reads it: step s, row r at <c>s (extent + padding) + r</c> of the present buffer.
    /// </summary>
    void Store(ArrayView<float> strips, int part, Four<float> elements);

    /// <summary>Goes to the other buffer.</summary>
    void Flip();
}

/// <summary>What becomes of finished sums; those outside the result are dropped.</summary>
internal interface ITileResult
{
    /// <summary>Four side by side in a row, the first at a multiple of four.</summary>
    void Store(int row, int column, Four<float> sums);

    /// <summary>One.</summary>
    void StoreOne(int row, int column, float sum);
}
