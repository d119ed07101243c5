using System.Numerics;

namespace JaccardKernels.Gpu;

/// <summary>Sizes of one class are tuned together.</summary>
internal static class SizeClass
{
    /// <summary>The size, rounded up to a power of two.</summary>
    public static long Of(int size) => (long)BitOperations.RoundUpToPowerOf2((uint)size);
}
