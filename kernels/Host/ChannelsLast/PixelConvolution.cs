using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution of channels that lie together as register tiles of pixels by filters: every pixel is read where it lies, or in a strip of rows with zeros around
/// it, and every output is written once, with its bias, what is added, and rectified.
/// </summary>
internal unsafe struct PixelConvolution : IParallelBody
{
    private ChannelsLastConvolutionProblem _problem;
    private PixelLayout _layout;
    private float* _x, _filters, _bias, _added, _y;
    private ThreadTeam _team;

    /// <summary>Why a problem cannot be computed so, as the end of a sentence, or null.</summary>
    public static string? WhyNot(ChannelsLastConvolutionProblem problem) =>
        problem.Convolution.Groups > 1 ? $"its channels are in {problem.Convolution.Groups} groups" : null;

    /// <summary>Computes a problem by filters that <see cref="PixelLayout.Prepare"/> has laid out.</summary>
    public static void Run(in ChannelsLastConvolutionProblem problem, float* x, float* prepared, float* bias, float* added, float* y, ThreadTeam team)
    {
        var layout = new PixelLayout(problem);
        var body = new PixelConvolution { _problem = problem, _layout = layout, _x = x, _filters = prepared, _bias = bias, _added = added, _y = y, _team = team };
        team.For(layout.Blocks * layout.Groups, ref body);
    }

    public readonly void Run(int task, int worker)
    {
        ConvolutionProblem p = _problem.Convolution;
        (int block, int group) = _layout.FiltersFirst ? (task % _layout.Blocks, task / _layout.Blocks) : (task / _layout.Groups, task % _layout.Groups);
        int blocks = _layout.Blocks / _layout.Images;
        int image = block / blocks, first = block % blocks * _layout.BlockLines, end = Math.Min(first + _layout.BlockLines, _layout.Lines);
        float* origin;
        if (_layout.IsFlat) origin = _x + (nint)first * _layout.LinePixels * p.Channels;
        else if (_layout.HasStrips)
        {
            int rows = (end - first - 1) * p.StrideH + (p.KernelH - 1) * p.DilationH + 1;
            Strip(image, first * p.StrideH - p.PadH, rows, origin = _team.Scratch(worker).Get<float>(rows * _layout.Row));
        }
        else origin = _x + (nint)image * p.Channels * p.Height * p.Width + first * p.StrideH * _layout.Row;
        int firstPanel = (int)((long)_layout.Panels * group / _layout.Groups), endPanel = (int)((long)_layout.Panels * (group + 1) / _layout.Groups);
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            for (int line = first; line < end; line++)
            {
                long pixel = ((long)image * _layout.Lines + line) * _layout.LinePixels;
                int count = (int)Math.Min(_layout.LinePixels, _problem.Pixels - pixel);
                Line(panel, origin + (line - first) * p.StrideH * _layout.Row, pixel, count, _team.Packing(worker));
            }
        }
    }

    // A panel of filters over the pixels of a line.
    private readonly void Line(int panel, float* x, long pixel, int count, ScratchMemory memory)
    {
        int first = panel * PixelTiles.Columns, filters = _problem.Convolution.Filters;
        int columns = PixelLayout.Columns(filters - first), rest = Math.Min(columns, filters - first);
        bool isWhole = rest == columns, isNarrow = columns == PixelTiles.Lanes;
        float* given = _bias == null ? null : _bias + first, none = stackalloc float[PixelTiles.Columns];
        new Span<float>(none, PixelTiles.Columns).Clear();
        float* sums = isWhole ? null : memory.Get<float>(PixelTiles.MaxRows * PixelTiles.Columns);
        var output = new PixelOutput
        {
            Y = _y + pixel * _problem.OutputChannels + first, Stride = _problem.OutputChannels, AddedStride = filters,
            Added = _added == null ? null : _added + pixel * filters + first, Bias = given == null && isWhole ? none : given,
            Relu = _problem.Convolution.Relu, Ceiling = _problem.Convolution.Ceiling,
        };
        var aside = new PixelOutput { Y = sums, Stride = columns, Bias = none };
        int* offsets = (int*)(_filters + PixelLayout.FiltersLength(_problem));
        float* panelFilters = _filters + (nint)first * _layout.Terms;
        int height = PixelTiles.HeightFor(count);
        delegate*<int, float*, int*, nint, float*, PixelOutput*, void> tile = PixelTiles.Get(height, isNarrow);
        for (int done = 0; done < count; done += height)
        {
            int rows = Math.Min(height, count - done);
            if (rows < height) tile = PixelTiles.Get(rows, isNarrow);
            tile(_layout.Terms, x + done * _layout.Step, offsets, _layout.Step, panelFilters, isWhole ? &output : &aside);
            if (!isWhole) PixelTail.Store(sums, columns, rows, rest, output);
            output.Y += rows * output.Stride;
            if (output.Added != null) output.Added += rows * output.AddedStride;
        }
    }

    // Rows of an image from some row on, with zeros beyond its borders.
    private readonly void Strip(int image, int top, int rows, float* strip)
    {
        ConvolutionProblem p = _problem.Convolution;
        int inside = Math.Clamp(_layout.StripWidth - p.PadW, 0, p.Width);
        (int parts, int unit) = _problem.Planar ? (p.Channels, 1) : (1, p.Channels);
        for (int r = 0; r < rows; r++)
        {
            for (int part = 0; part < parts; part++)
            {
                float* target = strip + r * _layout.Row + part * _layout.Channel;
                int length = _layout.StripWidth * unit, left = Math.Min(p.PadW, _layout.StripWidth) * unit;
                if ((uint)(top + r) >= (uint)p.Height)
                {
                    new Span<float>(target, length).Clear();
                    continue;
                }
                new Span<float>(target, left).Clear();
                LineCopy.Copy(_x + (((nint)image * parts + part) * p.Height + top + r) * p.Width * unit, target + left, inside * unit);
                new Span<float>(target + left + inside * unit, length - left - inside * unit).Clear();
            }
        }
    }
}
