using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>
/// Where the result lives: rows of a fixed stride, columns in runs, one run an image (or the whole row of a plain matrix); and whether it is rectified, and up to what.
/// Where only some pixels are computed, a run is a row of them, and an image has several.
/// </summary>
internal readonly unsafe struct ResultView(float* data, nint rowStride, int run, nint runStride, bool relu = false, float ceiling = float.PositiveInfinity)
{
    /// <summary>Runs of an image.</summary>
    public int RunsOfImage { get; init; } = 1;

    /// <summary>Elements from one image to the next where a run is a row of one; 0 where it is an image, or a row of a matrix.</summary>
    public nint ImageStride { get; init; }

    /// <summary>Elements from one column of a run to the next.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Columns at the end of a run that are computed and belong nowhere.</summary>
    public int Dead { get; init; }

    public bool Relu => relu;

    public float Ceiling => ceiling;

    public nint RowStride => rowStride;

    public int Run => run;

    /// <summary>The address of an element.</summary>
    public float* At(int row, int column)
    {
        float* start = data + row * rowStride + column % run * Step;
        return ImageStride == 0 ? start + column / run * runStride : start + column / run / RunsOfImage * ImageStride + column / run % RunsOfImage * runStride;
    }

    /// <summary>Elements from this column to the end of its run.</summary>
    public int RunFrom(int column) => run - column % run;
}

/// <summary>What is added to the product: nothing, a number a column, or a number a row.</summary>
internal readonly unsafe struct BiasView(float* data, bool perRow)
{
    public bool IsThere => data != null;

    /// <summary>The number of a row, 0 where there is none.</summary>
    public float OfRow(int row) => data != null && perRow ? data[row] : 0f;

    /// <summary>The numbers from a column on, or null.</summary>
    public float* FromColumn(int column) => data != null && !perRow ? data + column : null;
}

/// <summary>Writes finished sums to the result, with what is added to them; or, of a slice, to memory where they wait for the others. A row a task.</summary>
internal readonly unsafe struct GemmOutput(
    BiasView bias, bool accumulate, ResultView result, int columns, int rows, float* partial, int slices) : IParallelBody
{
    /// <summary>Overwrites a result of <paramref name="rows"/> rows.</summary>
    public GemmOutput(BiasView bias, ResultView result, int rows)
        : this(bias, accumulate: false, result, columns: 0, rows, partial: null, slices: 1)
    {
    }

    // Elements.
    private const int CacheLine = 16, Page = 1024, Piece = 512;

    /// <summary>Elements from one row of the result to the next.</summary>
    public nint RowStride => result.RowStride;

    /// <summary>
    /// The address of a block in the result, if tiles may store its first columns there: they lie side by side, and nothing is done to the sums; else null.
    /// </summary>
    public float* Plain(in GemmBlock block, int firstColumns) =>
        slices == 1 && !accumulate && !result.Relu && !bias.IsThere && result.Step == 1 && result.RunFrom(block.Column) - result.Dead >= firstColumns
            ? result.At(block.Row, block.Column)
            : null;

    /// <summary>Fetches what will be written of some rows: where each lies on a page of its own, to wait for them would show.</summary>
    public void Prefetch(int row, int count, int column)
    {
        if (!Sse.IsSupported || slices > 1 || result.Step > 1 || result.RowStride < Page) return;
        float* target = result.At(row, column);
        for (int i = 0; i < count; i++, target += result.RowStride)
        {
            Sse.Prefetch1(target);
            Sse.Prefetch1(target + CacheLine);
        }
    }

    /// <summary>Takes the sums of a block, rows <paramref name="stride"/> apart.</summary>
    public void Write(in GemmBlock block, float* sums, nint stride)
    {
        if (slices > 1)
        {
            float* target = partial + ((nint)block.Slice * rows + block.Row) * columns + block.Column;
            for (int i = 0; i < block.Rows; i++, sums += stride, target += columns) LineCopy.Copy(sums, target, block.Columns);
            return;
        }
        WriteRows(block.Row, block.Rows, block.Column, block.Columns, sums, stride);
    }

    /// <summary>Adds up the slices of a row, in order.</summary>
    public void Run(int task, int worker)
    {
        float* sums = partial + (nint)task * columns;
        for (int slice = 1; slice < slices; slice++) LineCopy.Add(sums + (nint)slice * rows * columns, sums, columns);
        for (int column = 0; column < columns; column += Piece) WriteRows(task, 1, column, Math.Min(Piece, columns - column), sums + column, columns);
    }

    // The runs of all rows are alike: where they begin is found once. Of a few hundred columns, for that is kept on the stack.
    private void WriteRows(int row, int count, int column, int wide, float* sums, nint stride)
    {
        int most = wide / result.Run + 2, runs = 0;
        float** targets = stackalloc float*[most];
        int* starts = stackalloc int[most], lengths = stackalloc int[most];
        for (int at = column; at < column + wide; runs++)
        {
            int rest = result.RunFrom(at), length = Math.Min(column + wide - at, rest);
            targets[runs] = result.At(row, at);
            (starts[runs], lengths[runs]) = (at - column, Math.Max(0, Math.Min(length, rest - result.Dead)));
            at += length;
        }
        bool isPlain = !accumulate && result.Step == 1 && bias.FromColumn(0) == null;
        for (int i = 0; i < count; i++, sums += stride)
        {
            float ofRow = bias.OfRow(row + i);
            nint offset = i * result.RowStride;
            for (int run = 0; run < runs; run++)
            {
                float* source = sums + starts[run], target = targets[run] + offset;
                if (!isPlain) WriteRun(source, target, lengths[run], ofRow, bias.FromColumn(column + starts[run]));
                else WritePlain(source, target, lengths[run], ofRow);
            }
        }
    }

    private void WriteRun(float* sums, float* target, int count, float ofRow, float* ofColumns)
    {
        if (result.Step > 1)
        {
            // A data gradient: nothing is added to it.
            for (int j = 0; j < count; j++) target[(nint)j * result.Step] = sums[j];
            return;
        }
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> value = Vector256.Load(sums + i) + Vector256.Create(ofRow);
            if (ofColumns != null) value += Vector256.Load(ofColumns + i);
            if (accumulate) value += Vector256.Load(target + i);
            if (result.Relu) value = Vector256.Min(Vector256.Max(value, Vector256<float>.Zero), Vector256.Create(result.Ceiling));
            value.Store(target + i);
        }
        for (; i < count; i++)
        {
            float value = sums[i] + ofRow;
            if (ofColumns != null) value += ofColumns[i];
            if (accumulate) value += target[i];
            target[i] = result.Relu ? MathF.Min(MathF.Max(value, 0f), result.Ceiling) : value;
        }
    }

    // Most runs are rows of an image, whose scalar tails would take longer than the rest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WritePlain(float* sums, float* target, int count, float ofRow)
    {
        if (result.Relu) Elementwise.Overlapping(count, new RectifiedRun { Sums = sums, Target = target, Added = ofRow, Ceiling = result.Ceiling });
        else Elementwise.Overlapping(count, new PlainRun { Sums = sums, Target = target, Added = ofRow });
    }

    private struct PlainRun : IElementwise
    {
        public float* Sums, Target;
        public float Added;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => (TLanes.Load(Sums + i) + TLanes.All(Added)).Store(Target + i);
    }

    private struct RectifiedRun : IElementwise
    {
        public float* Sums, Target;
        public float Added, Ceiling;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> =>
            Host.Relu.Rectify(TLanes.Load(Sums + i) + TLanes.All(Added), TLanes.All(Ceiling)).Store(Target + i);
    }
}
