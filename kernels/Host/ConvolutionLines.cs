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

/// <summary>The transpose of <see cref="PatchLines"/>: line (k,r,s), element (n,h,w), the output gradient that this pixel reached through that tap, or zero.</summary>
internal readonly unsafe struct GradientLines(in ConvolutionProblem p, float* dy, int firstFilter) : ILineSource
{
    private readonly int _filters = p.Filters, _h = p.Height, _w = p.Width, _r = p.KernelH, _s = p.KernelW, _oh = p.OutputHeight, _ow = p.OutputWidth;
    private readonly int _sh = p.StrideH, _sw = p.StrideW, _ph = p.PadH, _pw = p.PadW, _dh = p.DilationH, _dw = p.DilationW;

    public bool AlongK => false;

    public bool IsStored => false;

    public float* Line(int line, int start, int count, float* buffer)
    {
        int s = line % _s, r = line / _s % _r, k = line / (_s * _r) + firstFilter;
        int image = start / (_h * _w), h = start / _w % _h, w = start % _w;
        float* target = buffer;
        while (count > 0)
        {
            int run = Math.Min(count, _w - w), top = h + _ph - r * _dh, oh = top / _sh;
            if (top < 0 || top % _sh != 0 || oh >= _oh) LineCopy.Zero(target, run);
            else LineCopy.Spread(dy + (((nint)image * _filters + k) * _oh + oh) * _ow, _ow, w + _pw - s * _dw, _sw, target, run);
            target += run;
            count -= run;
            w = 0;
            if (++h == _h) (h, image) = (0, image + 1);
        }
        return buffer;
    }
}

/// <summary>Filters [K,C,R,S] read as lines c of elements (k,r,s): the transpose that the data gradient needs.</summary>
internal readonly unsafe struct FilterLines(float* weights, int channels, int taps) : ILineSource
{
    public bool AlongK => true;

    public bool IsStored => false;

    public float* Line(int line, int start, int count, float* buffer)
    {
        int filter = start / taps, tap = start % taps;
        for (int i = 0; i < count; i++)
        {
            buffer[i] = weights[((nint)filter * channels + line) * taps + tap];
            if (++tap == taps) (tap, filter) = (0, filter + 1);
        }
        return buffer;
    }
}
