using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Forward and to the data as matrix products that gather no patches: the register tile reads pixels in planes (<see cref="PlaneLayout"/>), a padded copy of
/// the images, or the images themselves where filters of one tap slide over all of them. The copy has the size of the images; patches have R S times that.
/// </summary>
internal static unsafe class DirectConvolution
{
    // Offsets are ints.
    private const long MostElements = 1 << 30;

    /// <summary>
    /// y = conv(x, w) + bias, rectified if the problem says so. Overwrites y. <paramref name="prepared"/> is w as <see cref="PackedFilters"/> lays it out,
    /// or null.
    /// </summary>
    public static void Forward(in ConvolutionProblem p, float* x, float* w, float* prepared, float* bias, float* y, ThreadTeam team)
    {
        int pixels = p.Height * p.Width, spatial = p.OutputHeight * p.OutputWidth, filters = p.GroupFilters, channels = p.GroupChannels;
        var taps = new DirectTaps(p.KernelH, p.KernelW, -p.PadH, -p.PadW, p.DilationH, p.DilationW);
        PlaneLayout layout = PlaneLayout.OfInput(p);
        for (int group = 0; group < p.Groups; group++)
        {
            int filter = group * filters;
            var images = new DirectImages(x + (nint)group * channels * pixels, p.Channels, channels, pixels, layout, ReadsInPlace(p));
            var memory = new DirectMemory(images, p.Batch, filters, p.PatchLength, team);
            float* packed = PackedFilters.Group(p, prepared, group);
            if (packed == null)
            {
                packed = memory.Packed;
                DirectProduct.Pack(new MatrixLines(w + (nint)filter * p.PatchLength, p.PatchLength, alongK: true), filters, p.PatchLength, packed, team);
            }
            taps.Fill(memory.Offsets, channels, images.ChannelStride, layout);
            int pitch = images.AreInPlace ? p.Width : layout.Pitch;
            var result = new ResultView(y + (nint)filter * spatial, spatial, pitch, p.OutputWidth, p.Relu, p.Ceiling)
            {
                RunsOfImage = p.OutputHeight, ImageStride = (nint)p.Filters * spatial, Dead = pitch - p.OutputWidth,
            };
            var output = new GemmOutput(new BiasView(p.Bias ? bias + filter : null, perRow: true), result, filters);
            for (int image = 0; image < p.Batch; image += memory.Images)
            {
                int count = Math.Min(memory.Images, p.Batch - image);
                float* origin = images.Open(image, count, memory.Planes, team);
                new DirectProduct(filters, p.PatchLength, p.OutputHeight, p.OutputWidth, pitch, image, count, images, team)
                {
                    Packed = packed, Offsets = memory.Offsets, Origin = origin, Output = output,
                }.Run();
            }
        }
    }

    /// <summary>dx = the transpose of the convolution applied to dy, phase by phase of the strides. Overwrites dx.</summary>
    public static void BackwardData(in ConvolutionProblem p, float* dy, float* w, float* dx, ThreadTeam team)
    {
        int pixels = p.OutputHeight * p.OutputWidth, spatial = p.Height * p.Width, filters = p.GroupFilters, channels = p.GroupChannels;
        PlaneLayout layout = PlaneLayout.OfGradient(p);
        for (int group = 0; group < p.Groups; group++)
        {
            var images = new DirectImages(dy + (nint)group * filters * pixels, p.Filters, filters, pixels, layout, ReadsInPlace(p));
            var memory = new DirectMemory(images, p.Batch, channels, filters * p.KernelH * p.KernelW, team);
            float* weights = w + (nint)group * filters * p.PatchLength, result = dx + (nint)group * channels * spatial;
            for (int image = 0; image < p.Batch; image += memory.Images)
            {
                int count = Math.Min(memory.Images, p.Batch - image);
                float* origin = images.Open(image, count, memory.Planes, team);
                for (int row = 0; row < Math.Min(p.StrideH, p.Height); row++)
                {
                    var rows = new StridePhase(row, p.Height, p.KernelH, p.StrideH, p.PadH, p.DilationH);
                    for (int column = 0; column < Math.Min(p.StrideW, p.Width); column++)
                    {
                        var columns = new StridePhase(column, p.Width, p.KernelW, p.StrideW, p.PadW, p.DilationW);
                        int terms = filters * rows.Taps * columns.Taps, pitch = images.AreInPlace ? p.Width : layout.Pitch;
                        DirectProduct.Pack(new FilterLines(p, weights, rows, columns), channels, terms, memory.Packed, team);
                        new DirectTaps(rows, columns).Fill(memory.Offsets, filters, images.ChannelStride, layout);
                        var view = new ResultView(result + row * p.Width + column, spatial, pitch, (nint)p.StrideH * p.Width)
                        {
                            RunsOfImage = rows.Pixels, ImageStride = (nint)p.Channels * spatial, Step = p.StrideW, Dead = pitch - columns.Pixels,
                        };
                        new DirectProduct(channels, terms, rows.Pixels, columns.Pixels, pitch, image, count, images, team)
                        {
                            Packed = memory.Packed, Offsets = memory.Offsets, Origin = origin, Output = new GemmOutput(default, view, channels),
                        }.Run();
                    }
                }
            }
        }
    }

    /// <summary>Why a problem cannot be computed so, forward or to the data, as the end of a sentence, or null.</summary>
    public static string? WhyNot(ConvolutionProblem p, bool forward)
    {
        if (ReadsInPlace(p)) return null;
        PlaneLayout layout = forward ? PlaneLayout.OfInput(p) : PlaneLayout.OfGradient(p);
        long copy = layout.Length * (forward ? p.GroupChannels : p.GroupFilters), positions = (long)p.Batch * layout.Pitch * (forward ? p.OutputHeight : p.Height);
        return Math.Max(copy, positions) > MostElements ? $"padded images have {Math.Max(copy, positions)} elements; {MostElements} is the most" : null;
    }

    /// <summary>Positions that are computed for each image, forward or to the data, with those that are none of the result's.</summary>
    public static long Positions(in ConvolutionProblem p, bool forward)
    {
        if (ReadsInPlace(p)) return GemmBlocking.RoundUp(p.Height * p.Width, GemmTiles.Columns);
        // To the data, of all phases, which have about as many each.
        int rows = forward ? p.OutputHeight : GemmBlocking.Covering(p.Height, p.StrideH);
        int columns = forward ? p.OutputWidth : GemmBlocking.Covering(p.Width, p.StrideW);
        long positions = (rows - 1L) * (forward ? PlaneLayout.OfInput(p) : PlaneLayout.OfGradient(p)).Pitch + columns;
        return (positions + GemmTiles.Columns - 1) / GemmTiles.Columns * GemmTiles.Columns;
    }

    // One tap of stride 1 over all of the image, whose channels do not fall on each other in the cache: the planes are the image itself.
    private static bool ReadsInPlace(in ConvolutionProblem p) =>
        p is { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PadH: 0, PadW: 0 } && p.Height == p.OutputHeight && p.Width == p.OutputWidth
        && p.Height * p.Width % PlaneLayout.Conflict != 0;
}

/// <summary>Where the taps of a filter, or those of a phase, lie in the image.</summary>
internal readonly struct DirectTaps(int rows, int columns, int firstRow, int firstColumn, int rowStep, int columnStep)
{
    /// <summary>The taps by which outputs reach the pixels of a phase.</summary>
    public DirectTaps(StridePhase rows, StridePhase columns)
        : this(rows.Taps, columns.Taps, rows.Output(0), columns.Output(0), rows.Output(1) - rows.Output(0), columns.Output(1) - columns.Output(0))
    {
    }

    /// <summary>Writes the offset of every term: channel, row, column.</summary>
    public unsafe void Fill(int* offsets, int channels, int channelStride, PlaneLayout layout)
    {
        for (int c = 0; c < channels; c++)
        {
            for (int r = 0; r < rows; r++)
            {
                for (int s = 0; s < columns; s++) *offsets++ = c * channelStride + layout.Offset(firstRow + r * rowStep, firstColumn + s * columnStep);
            }
        }
    }
}

/// <summary>The memory that the threads of a direct convolution share.</summary>
internal readonly unsafe struct DirectMemory
{
    public DirectMemory(in DirectImages images, int batch, int rows, int terms, ThreadTeam team)
    {
        Images = images.AtOnce(batch);
        nint packed = DirectProduct.PackedLength(rows, terms), planes = images.PlanesLength(batch);
        Packed = team.SharedPacking.Get<float>(packed + planes + terms);
        Planes = Packed + packed;
        Offsets = (int*)(Planes + planes);
    }

    public readonly int Images;

    public readonly float* Packed, Planes;

    public readonly int* Offsets;
}
