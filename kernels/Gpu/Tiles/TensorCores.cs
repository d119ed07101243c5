using ILGPU;
using ILGPU.Runtime.Cuda;

namespace JaccardKernels.Gpu;

/// <summary>
/// Products of fragments on tensor cores, for the tile loops that are generated (see TensorTileSource), and the same sums without them. Factors lie in
/// shared memory, already rounded: step s, row r at <c>s stride + r</c>.
/// </summary>
internal static class TensorCores
{
    /// <summary>A register of a tf32 fragment: a factor.</summary>
    public static uint Tf32Factor(ArrayView<float> factors, int place, int stride) => Interop.FloatAsInt(factors[place]);

    /// <summary>A register of a bf16 fragment: the factors of two steps. They are rounded, so the lower halves of their floats are zero.</summary>
    public static uint Bf16Factor(ArrayView<float> factors, int place, int stride) =>
        (Interop.FloatAsInt(factors[place]) >> 16) | Interop.FloatAsInt(factors[place + stride]);

    /// <summary>Four sums += 8 steps of 16 rows and 8 columns, by the warp together (sm_80).</summary>
    public static void Tf32(ref float c0, ref float c1, ref float c2, ref float c3, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1)
    {
        Ref<float> r0 = c0, r1 = c1, r2 = c2, r3 = c3;
        Input<uint> i0 = a0, i1 = a1, i2 = a2, i3 = a3, j0 = b0, j1 = b1;
        CudaAsm.EmitRef(
            "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};",
            ref r0, ref r1, ref r2, ref r3, ref i0, ref i1, ref i2, ref i3, ref j0, ref j1);
        (c0, c1, c2, c3) = (r0.Value, r1.Value, r2.Value, r3.Value);
    }

    /// <summary>Four sums += 16 steps of 16 rows and 8 columns, by the warp together (sm_80).</summary>
    public static void Bf16(ref float c0, ref float c1, ref float c2, ref float c3, uint a0, uint a1, uint a2, uint a3, uint b0, uint b1)
    {
        Ref<float> r0 = c0, r1 = c1, r2 = c2, r3 = c3;
        Input<uint> i0 = a0, i1 = a1, i2 = a2, i3 = a3, j0 = b0, j1 = b1;
        CudaAsm.EmitRef(
            "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};",
            ref r0, ref r1, ref r2, ref r3, ref i0, ref i1, ref i2, ref i3, ref j0, ref j1);
        (c0, c1, c2, c3) = (r0.Value, r1.Value, r2.Value, r3.Value);
    }

    /// <summary>One of those sums, by its thread alone.</summary>
    public static float Plain(float sum, ArrayView<float> a, int row, int strideA, ArrayView<float> b, int column, int strideB, int steps)
    {
        for (int step = 0; step < steps; step++) sum += a[step * strideA + row] * b[step * strideB + column];
        return sum;
    }
}
