namespace JaccardKernels.Gpu;

/// <summary>How sizes are cut into blocks, on either side of a launch.</summary>
internal static class Blocks
{
    /// <summary>How often <paramref name="block"/> must be laid to cover <paramref name="length"/>.</summary>
    public static int Covering(int length, int block) => (length + block - 1) / block;
}
