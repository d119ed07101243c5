using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>One channel of every image as a line of N S elements: [N,C,S] read as [C][N S]. In place within an image, gathered across images.</summary>
internal readonly unsafe struct ChannelLines(float* data, int channels, int firstChannel, int spatial, bool alongK) : ILineSource
{
    public bool AlongK => alongK;

    public bool IsStored => false;

    public float* Line(int line, int start, int count, float* buffer)
    {
        int image = start / spatial, offset = start % spatial;
        float* source = data + ((nint)image * channels + firstChannel + line) * spatial + offset;
        if (offset + count <= spatial) return source;
        float* target = buffer;
        for (int run = spatial - offset; count > 0; count -= run, target += run, run = spatial)
        {
            run = Math.Min(run, count);
            LineCopy.Copy(source, target, run);
            source += run + (nint)(channels - 1) * spatial;
        }
        return buffer;
    }
}

/// <summary>The patches of a convolution: line (c,r,s), element (n,oh,ow), the pixel under that tap at that position, zero outside the image.</summary>
internal readonly unsafe struct PatchLines(in ConvolutionProblem p, float* x, int firstChannel, bool alongK) : ILineSource
{
    private readonly int _channels = p.Channels, _h = p.Height, _w = p.Width, _r = p.KernelH, _s = p.KernelW, _oh = p.OutputHeight, _ow = p.OutputWidth;
    private readonly int _sh = p.StrideH, _sw = p.StrideW, _ph = p.PadH, _pw = p.PadW, _dh = p.DilationH, _dw = p.DilationW;

    public bool AlongK => alongK;

    public bool IsStored => false;

    public float* Line(int line, int start, int count, float* buffer)
    {
        int s = line % _s, r = line / _s % _r, c = line / (_s * _r) + firstChannel;
        int image = start / (_oh * _ow), oh = start / _ow % _oh, ow = start % _ow;
        float* target = buffer;
        while (count > 0)
        {
            int run = Math.Min(count, _ow - ow), h = oh * _sh - _ph + r * _dh, w = ow * _sw - _pw + s * _dw;
            if ((uint)h >= (uint)_h) LineCopy.Zero(target, run);
            else LineCopy.Window(x + (((nint)image * _channels + c) * _h + h) * _w, _w, w, _sw, target, run);
            target += run;
            count -= run;
            ow = 0;
            if (++oh == _oh) (oh, image) = (0, image + 1);
        }
        return buffer;
    }
}

/// <summary>
/// The pixels of an input that are a stride apart, and the taps by which outputs reach them, along one axis. Between the strides of a
/// convolution different pixels are reached by different taps: each phase is a dense convolution of its own, of stride 1.
/// </summary>
internal readonly struct StridePhase
{
    /// <summary>Describes a phase.</summary>
    /// <param name="phase">The first pixel, under the stride.</param>
    /// <param name="length">Pixels of the axis.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="stride">Pixels from output to output.</param>
    /// <param name="pad">Pixels of padding before the first.</param>
    /// <param name="dilation">Pixels from tap to tap.</param>
    public StridePhase(int phase, int length, int kernel, int stride, int pad, int dilation)
    {
        (Start, Pixels, Pad, Dilation, Stride) = (phase, (length - phase + stride - 1) / stride, pad, dilation, stride);
        while (FirstTap < kernel && !Reaches(FirstTap)) FirstTap++;
        TapStep = 1;
        while (TapStep < stride && TapStep * dilation % stride != 0) TapStep++;
        Taps = FirstTap < kernel ? (kernel - 1 - FirstTap) / TapStep + 1 : 0;
    }

    public readonly int Start, Pixels, FirstTap, TapStep, Taps;

    private readonly int Pad, Dilation, Stride;

    /// <summary>The output that reaches the phase's pixel 0 by its tap number <paramref name="tap"/>; the next pixel is reached by the next output.</summary>
    public int Output(int tap) => (Start + Pad - (FirstTap + tap * TapStep) * Dilation) / Stride;

    private bool Reaches(int tap) => (Start + Pad - tap * Dilation) % Stride == 0;
}

/// <summary>
/// The transpose of <see cref="PatchLines"/> for the pixels of a phase: line (k,r,s), element (n,h,w), the output gradient that this pixel reached
/// through that tap of the phase, or zero.
/// </summary>
internal readonly unsafe struct GradientLines(in ConvolutionProblem p, float* dy, int firstFilter, StridePhase rows, StridePhase columns) : ILineSource
{
    private readonly int _filters = p.Filters, _oh = p.OutputHeight, _ow = p.OutputWidth;

    public bool AlongK => false;

    public bool IsStored => false;

    public float* Line(int line, int start, int count, float* buffer)
    {
        int s = line % columns.Taps, r = line / columns.Taps % rows.Taps, k = line / (columns.Taps * rows.Taps) + firstFilter;
        int image = start / (rows.Pixels * columns.Pixels), h = start / columns.Pixels % rows.Pixels, w = start % columns.Pixels;
        int above = rows.Output(r), left = columns.Output(s);
        float* target = buffer;
        while (count > 0)
        {
            int run = Math.Min(count, columns.Pixels - w), oh = h + above;
            if ((uint)oh >= (uint)_oh) LineCopy.Zero(target, run);
            else LineCopy.Window(dy + (((nint)image * _filters + k) * _oh + oh) * _ow, _ow, w + left, 1, target, run);
            target += run;
            count -= run;
            w = 0;
            if (++h == rows.Pixels) (h, image) = (0, image + 1);
        }
        return buffer;
    }
}

/// <summary>Filters [K,C,R,S] read as lines c of elements (k,r,s) of the taps of a phase: the transpose that the data gradient needs.</summary>
internal readonly unsafe struct FilterLines(in ConvolutionProblem p, float* weights, StridePhase rows, StridePhase columns) : ILineSource
{
    private readonly int _channels = p.GroupChannels, _r = p.KernelH, _s = p.KernelW;

    public bool AlongK => true;

    public bool IsStored => false;

    public float* Line(int line, int start, int count, float* buffer)
    {
        int s = start % columns.Taps, r = start / columns.Taps % rows.Taps, k = start / (columns.Taps * rows.Taps);
        for (int i = 0; i < count; i++)
        {
            int tap = (rows.FirstTap + r * rows.TapStep) * _s + columns.FirstTap + s * columns.TapStep;
            buffer[i] = weights[((nint)k * _channels + line) * _r * _s + tap];
            if (++s < columns.Taps) continue;
            s = 0;
            if (++r == rows.Taps) (r, k) = (0, k + 1);
        }
        return buffer;
    }
}
