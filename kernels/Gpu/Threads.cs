using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>Which element is this thread's.</summary>
internal static class Threads
{
    /// <summary>
    /// The thread's number in the whole launch. Past 2^31, in the padding of the last group, it turns negative: compare with
    /// <see cref="Beyond"/>, not with a signed <c>&lt;</c>.
    /// </summary>
    public static int Index => Grid.IdxX * Group.DimX + Group.IdxX;

    /// <summary>The element lies outside an operand of <paramref name="length"/>.</summary>
    public static bool Beyond(int index, int length) => (uint)index >= (uint)length;
}
