using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Positions of a grid over images, and the images under them: position (i,j) lies at (i StrideH + OriginH, j StrideW + OriginW) of images
/// <c>[N, channels, Height, Width]</c>. One grid serves the forward pass (outputs over x) and, a phase of the stride at a time, the way back
/// (inputs over dy, with a stride of 1).
/// </summary>
internal readonly struct PatchGrid
{
    public readonly int StrideH, StrideW, OriginH, OriginW, Height, Width, ImageStride, GroupStride;
    public readonly FastDivision Plane, Row;

    public PatchGrid(
        int gridHeight, int gridWidth, int strideH, int strideW, int originH, int originW, int height, int width, int channels, int groupChannels)
    {
        (StrideH, StrideW, OriginH, OriginW, Height, Width) = (strideH, strideW, originH, originW, height, width);
        (ImageStride, GroupStride) = (channels * height * width, groupChannels * height * width);
        (Plane, Row) = (new FastDivision(gridHeight * gridWidth), new FastDivision(gridWidth));
    }

    /// <summary>Outputs over x.</summary>
    public static PatchGrid OverInput(in ConvolutionProblem p) => new(
        p.OutputHeight, p.OutputWidth, p.StrideH, p.StrideW, -p.PadH, -p.PadW, p.Height, p.Width, p.Channels, p.GroupChannels);

    /// <summary>Inputs of a phase over dy.</summary>
    public static PatchGrid OverOutput(in ConvolutionProblem p, in StridePhase phase) => new(
        phase.Height, phase.Width, 1, 1, 0, 0, p.OutputHeight, p.OutputWidth, p.Filters, p.GroupFilters);
}

/// <summary>
/// The inputs (h,w) of a convolution with h = Row mod strideH and w = Column mod strideW: the taps that reach one reach all of them, so the way back
/// of a strided convolution is strideH strideW dense ones, none of which multiplies the zeros between the strides.
/// </summary>
internal readonly record struct StridePhase(int Row, int Column, int Height, int Width)
{
    /// <summary>All phases that have inputs.</summary>
    public static IEnumerable<StridePhase> Of(ConvolutionProblem p) =>
        from row in Enumerable.Range(0, Math.Min(p.StrideH, p.Height))
        from column in Enumerable.Range(0, Math.Min(p.StrideW, p.Width))
        select new StridePhase(row, column, Blocks.Covering(p.Height - row, p.StrideH), Blocks.Covering(p.Width - column, p.StrideW));
}
