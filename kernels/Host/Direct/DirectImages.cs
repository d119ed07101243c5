namespace JaccardKernels.Host;

/// <summary>The images of a group that a direct convolution reads, some at a time: copied into planes, or where they are.</summary>
/// <param name="data">The first channel of the group in the first image.</param>
/// <param name="channels">Channels of an image, of which the group has <paramref name="count"/>.</param>
/// <param name="count">Channels of the group.</param>
/// <param name="pixels">Pixels of a channel.</param>
/// <param name="layout">How they are copied.</param>
/// <param name="areInPlace">They are read where they are.</param>
internal readonly unsafe struct DirectImages(float* data, int channels, int count, int pixels, PlaneLayout layout, bool areInPlace)
{
    // Elements of the planes of the images that are copied at a time: 16 MiB.
    private const int MaxPlanes = 1 << 22;

    public bool AreInPlace => areInPlace;

    /// <summary>Elements from a channel to the next.</summary>
    public int ChannelStride => areInPlace ? pixels : layout.ChannelStride;

    /// <summary>Elements from an image to the next.</summary>
    public nint ImageStride => areInPlace ? (nint)channels * pixels : (nint)count * layout.ChannelStride;

    /// <summary>Images at a time.</summary>
    public int AtOnce(int batch) => areInPlace ? batch : (int)Math.Clamp(MaxPlanes / ImageStride, 1, batch);

    /// <summary>Elements of the memory that <see cref="Open"/> needs, with what a register tile reads beyond the last position.</summary>
    public nint PlanesLength(int batch) => areInPlace ? 0 : AtOnce(batch) * ImageStride + GemmTiles.Columns;

    /// <summary>Readies some images; returns where the first one begins.</summary>
    public float* Open(int image, int images, float* planes, ThreadTeam team)
    {
        float* first = data + (nint)image * channels * pixels;
        if (areInPlace) return first;
        var body = new CopyBody { Source = first, Planes = planes, Channels = channels, Count = count, Pixels = pixels, Layout = layout };
        team.For(images * count, ref body);
        return planes;
    }

    private struct CopyBody : IParallelBody
    {
        public float* Source, Planes;
        public int Channels, Count, Pixels;
        public PlaneLayout Layout;

        public readonly void Run(int task, int worker) =>
            Layout.Copy(Source + ((nint)(task / Count) * Channels + task % Count) * Pixels, Planes + (nint)task * Layout.ChannelStride);
    }
}
