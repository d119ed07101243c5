using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>What the depthwise convolutions are given.</summary>
internal struct DepthwiseOperands
{
    public ArrayView<float> Input, W, Bias, Output;
    public int HasBias, Relu;
    public float Ceiling;
    public FastDivision Row;
    public ConvolutionShape Shape;
}

/// <summary>
/// Convolutions whose groups have one channel: memory-bound, so nothing is staged. The grid is (blocks of a plane, channel, image): a group has one
/// filter, which every thread reads at the same time, and no index is divided by sizes of more than a row.
/// </summary>
internal static class ConvolutionDepthwise
{
    /// <summary>Why a problem is not computed so, as the end of a sentence, or null.</summary>
    public static string? WhyNot(ConvolutionProblem p)
    {
        if (p.GroupChannels != 1) return $"groups have {p.GroupChannels} channels, not one";
        return TileGrid.WhyNot(1, 1, Math.Max(Math.Max(p.Filters, p.Channels), p.Batch), 1, 1);
    }

    /// <summary>y[n,k,oh,ow].</summary>
    [GpuKernel]
    internal static void Forward(DepthwiseOperands o)
    {
        ConvolutionShape s = o.Shape;
        int i = Threads.Index, k = Grid.IdxY, n = Grid.IdxZ, oh = o.Row.Divide(i), ow = i - oh * s.OutputWidth;
        if (Threads.Beyond(i, s.OutputPlane)) return;
        int plane = (n * s.Channels + k / s.GroupFilters) * s.InputPlane, top = oh * s.StrideH - s.PadH, left = ow * s.StrideW - s.PadW;
        float sum = 0f;
        for (int r = 0; r < s.KernelH; r++)
        {
            int h = top + r * s.DilationH;
            if ((uint)h >= (uint)s.Height) continue;
            for (int t = 0; t < s.KernelW; t++)
            {
                int w = left + t * s.DilationW;
                if ((uint)w < (uint)s.Width) sum += o.W[k * s.Taps + r * s.KernelW + t] * o.Input[plane + h * s.Width + w];
            }
        }
        if (o.HasBias != 0) sum += o.Bias[k];
        if (o.Relu != 0 & sum < 0f) sum = 0f;
        if (o.Relu != 0 & sum > o.Ceiling) sum = o.Ceiling;
        o.Output[(n * s.Filters + k) * s.OutputPlane + i] = sum;
    }

    /// <summary>dx[n,c,h,w], from every filter of its channel.</summary>
    [GpuKernel]
    internal static void BackwardData(DepthwiseOperands o)
    {
        ConvolutionShape s = o.Shape;
        int i = Threads.Index, c = Grid.IdxY, n = Grid.IdxZ, h = o.Row.Divide(i), w = i - h * s.Width;
        if (Threads.Beyond(i, s.InputPlane)) return;
        float sum = 0f;
        for (int k = c * s.GroupFilters; k < (c + 1) * s.GroupFilters; k++)
        {
            for (int r = 0; r < s.KernelH; r++)
            {
                int above = h + s.PadH - r * s.DilationH, oh = above / s.StrideH;
                if (above < 0 | oh * s.StrideH != above | oh >= s.OutputHeight) continue;
                for (int t = 0; t < s.KernelW; t++)
                {
                    int left = w + s.PadW - t * s.DilationW, ow = left / s.StrideW;
                    bool reached = left >= 0 & ow * s.StrideW == left & ow < s.OutputWidth;
                    if (reached) sum += o.W[k * s.Taps + r * s.KernelW + t] * o.Input[(n * s.Filters + k) * s.OutputPlane + oh * s.OutputWidth + ow];
                }
            }
        }
        o.Output[(n * s.Channels + c) * s.InputPlane + i] = sum;
    }
}
