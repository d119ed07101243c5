namespace JaccardKernels.Gpu;

/// <summary>Four words, loaded and stored as one 128-bit vector where the address is a multiple of 16.</summary>
internal struct FourWords
{
    public uint X, Y, Z, W;
}

/// <summary>Four floats, loaded and stored as one 128-bit vector where the address is a multiple of 16.</summary>
internal struct FourFloats
{
    public float X, Y, Z, W;
}
