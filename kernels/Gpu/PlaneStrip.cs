using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// Images as strips where a position is its own patch (a pointwise convolution): row (n, position), step c. Four positions at once, so planes must be
/// multiples of four.
/// </summary>
internal struct PlaneStrip<TSide> : IStrip
    where TSide : struct, IStripSide
{
    private readonly ArrayView<float> _images;
    private readonly int _plane;

    private int _at, _left, _place, _flip;

    /// <summary>Describes one.</summary>
    /// <param name="images">[N, channels, plane].</param>
    /// <param name="grid">Its positions.</param>
    /// <param name="position">The first position of the strip.</param>
    /// <param name="positions">Positions of all images.</param>
    /// <param name="group">The group of channels.</param>
    /// <param name="steps">Channels of the group.</param>
    public PlaneStrip(ArrayView<float> images, PatchGrid grid, int position, int positions, int group, int steps)
    {
        (_images, _plane) = (images, grid.Plane.Divisor);
        int row = (int)((uint)Group.IdxX % (uint)(TSide.Extent / 4)) * 4, step = (int)((uint)Group.IdxX / (uint)(TSide.Extent / 4));
        int image = grid.Plane.Divide(position + row), inImage = grid.Plane.Remainder(position + row);
        _at = image * grid.ImageStride + group * grid.GroupStride + step * _plane + inImage;
        _left = position + row < positions ? steps - step : 0;
        _place = step * TSide.Stride + row;
        _flip = TSide.Depth * TSide.Stride;
    }

    private static int PartSteps => TSide.Threads / (TSide.Extent / 4);

    public readonly Four<float> Fetch(int part) =>
        _left > part * PartSteps ? _images.Cast<Four<float>>()[(_at + part * PartSteps * _plane) >> 2] : default;

    public void Next()
    {
        _at += TSide.Depth * _plane;
        _left -= TSide.Depth;
    }

    public readonly void Store(ArrayView<float> strips, int part, Four<float> elements) =>
        strips.Cast<Four<float>>().SubView(_place >> 2)[part * PartSteps * TSide.Stride / 4] = Rounding.Of<TSide>(elements);

    public void Flip()
    {
        _place += _flip;
        _flip = -_flip;
    }
}
