using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>A stored matrix, its rows or its columns contiguous.</summary>
internal struct StoredMatrix<TElement> : IOperand<TElement>
    where TElement : unmanaged
{
    public ArrayView<TElement> View;
    public int RowStride, ColumnStride;

    public StoredMatrix(ArrayView<TElement> view, int rowStride, int columnStride) =>
        (View, RowStride, ColumnStride) = (view, rowStride, columnStride);

    public readonly bool ColumnsAdjacent => ColumnStride == 1;

    public readonly TElement Load(int row, int column, int batch) => View[row * RowStride + column * ColumnStride];
}

/// <summary>A matrix that is stored as it is, row by row.</summary>
internal struct StoredResult<TSum> : IResult<TSum>
    where TSum : unmanaged
{
    public ArrayView<TSum> View;
    public int RowStride;

    public StoredResult(ArrayView<TSum> view, int rowStride) => (View, RowStride) = (view, rowStride);

    public readonly void Store(int row, int column, int batch, TSum sum) => View[row * RowStride + column] = sum;
}
