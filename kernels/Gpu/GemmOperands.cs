using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What the kernels of <see cref="Gemm"/> are given.</summary>
internal struct GemmOperands
{
    public ArrayView<float> A, B, Bias, C;
    public int M, N, K, TransposeA, TransposeB, Accumulate, HasBias, StoresVectors;
    public TileGrid Grid;

    /// <summary>op(A)[row, k].</summary>
    public readonly float LoadA(int row, int k) => A[TransposeA != 0 ? k * M + row : row * K + k];

    /// <summary>op(B)[k, column].</summary>
    public readonly float LoadB(int k, int column) => B[TransposeB != 0 ? column * K + k : k * N + column];

    /// <summary>Adds the bias, and C where it accumulates.</summary>
    public readonly void Store(int row, int column, float sum)
    {
        int at = row * N + column;
        if (HasBias != 0) sum += Bias[column];
        if (Accumulate != 0) sum += C[at];
        C[at] = sum;
    }
}
