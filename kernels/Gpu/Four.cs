namespace JaccardKernels.Gpu;

/// <summary>Four neighbours: 16 bytes of 32-bit elements, which a device loads or stores at once where they lie at a multiple of 16 bytes.</summary>
internal struct Four<T>(T x, T y, T z, T w)
    where T : unmanaged
{
    public T X = x, Y = y, Z = z, W = w;
}
