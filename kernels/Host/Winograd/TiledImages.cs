namespace JaccardKernels.Host;

/// <summary>Images cut into tiles, and the panels <c>[point][panel][tile][width]</c> that the transformed tiles go to. A lane is a channel.</summary>
internal unsafe struct TiledImages
{
    public float* Images, Panels;
    public int Channels, Height, Width, PadH, PadW;

    /// <summary>Rows and columns of a tile beyond its step.</summary>
    public int Overlap;

    /// <summary>Channels of a panel.</summary>
    public int PanelWidth;
    public nint PointStride;
}
