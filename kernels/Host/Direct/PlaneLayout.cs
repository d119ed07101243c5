using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// How the images that a convolution slides over are copied so that, for every tap, the pixels under it at all positions of an image are one run: with
/// zeros around them, and split by the strides into phases, planes of the pixels that are a stride apart. A position is a number
/// <c>q = row pitch + column</c>, and a tap is an offset from there; between rows a few positions are none of the result's. Zeros right of a row are those
/// left of the next one.
/// </summary>
internal readonly struct PlaneLayout
{
    private readonly int _height, _width, _strideH, _strideW, _top, _left, _phasesH, _phasesW, _rows;

    private PlaneLayout(int height, int width, int strideH, int strideW, int top, int left, int phasesH, int phasesW, int rows, int pitch)
    {
        (_height, _width, _strideH, _strideW, _top, _left) = (height, width, strideH, strideW, top, left);
        (_phasesH, _phasesW, _rows, Pitch) = (phasesH, phasesW, rows, pitch);
        Length = (long)phasesH * phasesW * rows * pitch + Tail;
        // Channels a power of two apart would share a few sets of a cache.
        ChannelStride = (int)Math.Min((Length + CacheLine - 1) / CacheLine * CacheLine, int.MaxValue - CacheLine);
        if (ChannelStride % Conflict == 0) ChannelStride += CacheLine;
    }

    /// <summary>Elements from channel to channel at which their lines fall on each other in a first-level cache: 1 KiB.</summary>
    public const int Conflict = 256;

    private const int CacheLine = 16;

    /// <summary>Elements from a row to the next.</summary>
    public readonly int Pitch;

    // The zeros right of the last row, which has no next one.
    private int Tail => _strideW == 1 ? _left : 0;

    /// <summary>Elements of a channel.</summary>
    public readonly long Length;

    /// <summary>Elements from a channel to the next; of no use where a channel has more than fit an int.</summary>
    public readonly int ChannelStride;

    /// <summary>The input of a convolution.</summary>
    public static PlaneLayout OfInput(in ConvolutionProblem p)
    {
        int reachH = (p.KernelH - 1) * p.DilationH, reachW = (p.KernelW - 1) * p.DilationW;
        int right = Math.Max(0, p.OutputWidth - 1 + reachW - p.PadW - (p.Width - 1));
        int pitch = p.StrideW == 1 ? Math.Max(p.Width + Math.Max(p.PadW, right), p.OutputWidth) : p.OutputWidth + reachW / p.StrideW;
        return new PlaneLayout(
            p.Height, p.Width, p.StrideH, p.StrideW, p.PadH, p.PadW, Math.Min(p.StrideH, reachH + 1), Math.Min(p.StrideW, reachW + 1),
            p.OutputHeight + reachH / p.StrideH, pitch);
    }

    /// <summary>The gradient of a convolution's output, for the pixels of all phases of its input.</summary>
    public static PlaneLayout OfGradient(in ConvolutionProblem p)
    {
        (int top, int bottom, _) = Around(p.Height, p.OutputHeight, p.KernelH, p.StrideH, p.PadH, p.DilationH);
        (int left, int right, int pixels) = Around(p.Width, p.OutputWidth, p.KernelW, p.StrideW, p.PadW, p.DilationW);
        return new PlaneLayout(
            p.OutputHeight, p.OutputWidth, 1, 1, top, left, 1, 1, top + p.OutputHeight + bottom, Math.Max(p.OutputWidth + Math.Max(left, right), pixels));
    }

    /// <summary>Where a tap begins that lies so far below and right of the image's first pixel, or above and left of it as far as there are zeros.</summary>
    public int Offset(int below, int right)
    {
        int down = below + _top, along = right + _left;
        return (down % _strideH * _phasesW + along % _strideW) * _rows * Pitch + down / _strideH * Pitch + along / _strideW;
    }

    /// <summary>Copies a channel.</summary>
    public unsafe void Copy(float* channel, float* planes)
    {
        nint plane = _rows * Pitch;
        // Row by row as the image has them, all phases of one while it is in the first-level cache.
        for (int row = 0; row < _rows; row++)
        {
            for (int down = 0; down < _phasesH; down++)
            {
                int h = down + row * _strideH - _top;
                float* target = planes + down * _phasesW * plane + row * Pitch;
                for (int right = 0; right < _phasesW; right++, target += plane)
                {
                    if ((uint)h >= (uint)_height) LineCopy.Zero(target, Pitch);
                    else LineCopy.Window(channel + (nint)h * _width, _width, right - _left, _strideW, target, Pitch);
                }
            }
        }
        LineCopy.Zero(planes + _phasesH * _phasesW * plane, Tail);
    }

    // Zeros before and after, and the most pixels of a phase, along one axis.
    private static (int Before, int After, int Pixels) Around(int length, int outputs, int kernel, int stride, int pad, int dilation)
    {
        (int before, int after, int pixels) = (0, 0, 0);
        for (int first = 0; first < Math.Min(stride, length); first++)
        {
            var phase = new StridePhase(first, length, kernel, stride, pad, dilation);
            pixels = Math.Max(pixels, phase.Pixels);
            for (int tap = 0; tap < phase.Taps; tap++)
            {
                before = Math.Max(before, -phase.Output(tap));
                after = Math.Max(after, phase.Output(tap) + phase.Pixels - outputs);
            }
        }
        return (before, after, pixels);
    }
}
