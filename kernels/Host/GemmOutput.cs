using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JaccardKernels.Host;

/// <summary>
/// Where the result lives: rows of a fixed stride, columns in runs, one run an image (or the whole row of a plain matrix); and whether it is rectified, and up to what.
/// Where only some pixels are computed, a run is a row of them, and an image has several.
/// </summary>
internal readonly unsafe struct ResultView(float* data, nint rowStride, int run, nint runStride, bool relu = false, float ceiling = float.PositiveInfinity)
{
    /// <summary>Runs of an image; 1 where that is a run.</summary>
    public int RunsOfImage { get; init; } = 1;

    /// <summary>Elements from one image to the next where these have several runs.</summary>
    public nint ImageStride { get; init; }

    /// <summary>Elements from one column of a run to the next.</summary>
    public int Step { get; init; } = 1;

    public bool Relu => relu;

    public float Ceiling => ceiling;

    public nint RowStride => rowStride;

    /// <summary>The address of an element.</summary>
    public float* At(int row, int column)
    {
        float* start = data + row * rowStride + column % run * Step;
        return RunsOfImage == 1 ? start + column / run * runStride : start + column / run / RunsOfImage * ImageStride + column / run % RunsOfImage * runStride;
    }

    /// <summary>Elements from this column to the end of its run.</summary>
    public int RunFrom(int column) => run - column % run;
}

/// <summary>What is added to the product: nothing, a number a column, or a number a row.</summary>
internal readonly unsafe struct BiasView(float* data, bool perRow)
{
    /// <summary>The number of a row, 0 where there is none.</summary>
    public float OfRow(int row) => data != null && perRow ? data[row] : 0f;

    /// <summary>The numbers from a column on, or null.</summary>
    public float* FromColumn(int column) => data != null && !perRow ? data + column : null;
}

/// <summary>Writes finished sums to the result, with what is added to them; or, of a slice, to memory where they wait for the others. A row a task.</summary>
internal readonly unsafe struct GemmOutput(
    BiasView bias, bool accumulate, ResultView result, int columns, int rows, float* partial, int slices) : IParallelBody
{
    // Elements.
    private const int CacheLine = 16;

    /// <summary>Fetches what will be written of some rows: their lines lie a row apart, each on a page of its own, and to wait for them would show.</summary>
    public void Prefetch(int row, int count, int column)
    {
        if (!Sse.IsSupported || slices > 1 || result.Step > 1) return;
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
        for (int i = 0; i < block.Rows; i++, sums += stride)
        {
            if (slices > 1) LineCopy.Copy(sums, partial + ((nint)block.Slice * rows + block.Row + i) * columns + block.Column, block.Columns);
            else WriteRow(block.Row + i, block.Column, block.Columns, sums);
        }
    }

    /// <summary>Adds up the slices of a row, in order.</summary>
    public void Run(int task, int worker)
    {
        float* sums = partial + (nint)task * columns;
        for (int slice = 1; slice < slices; slice++) LineCopy.Add(sums + (nint)slice * rows * columns, sums, columns);
        WriteRow(task, 0, columns, sums);
    }

    private void WriteRow(int row, int column, int count, float* sums)
    {
        float ofRow = bias.OfRow(row);
        for (int end = column + count; column < end;)
        {
            int run = Math.Min(end - column, result.RunFrom(column));
            WriteRun(sums, result.At(row, column), run, ofRow, bias.FromColumn(column));
            column += run;
            sums += run;
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
        Vector256<float> added = Vector256.Create(ofRow);
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> value = Vector256.Load(sums + i) + added;
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
}
