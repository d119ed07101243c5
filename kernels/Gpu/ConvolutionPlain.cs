using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What the plain convolutions are given; W is dw, X dx and Y dy where they are computed or read.</summary>
internal struct ConvolutionPlainOperands
{
    public ArrayView<float> X, W, Bias, Y;
    public int HasBias, Relu, Length;
    public float Ceiling;
    public ConvolutionShape Shape;
}

/// <summary>The first rung of the convolutions, what the others must equal: a thread a result, every term in order, straight from memory.</summary>
internal static class ConvolutionPlain
{
    /// <summary>y[n,k,oh,ow].</summary>
    [GpuKernel]
    internal static void Forward(ConvolutionPlainOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        ConvolutionShape s = o.Shape;
        int ow = i % s.OutputWidth, oh = i / s.OutputWidth % s.OutputHeight, k = i / s.OutputPlane % s.Filters, n = i / s.OutputPlane / s.Filters;
        int channels = n * s.Channels + k / s.GroupFilters * s.GroupChannels;
        float sum = 0f;
        for (int c = 0; c < s.GroupChannels; c++)
        {
            for (int tap = 0; tap < s.Taps; tap++)
            {
                int h = oh * s.StrideH - s.PadH + tap / s.KernelW * s.DilationH, w = ow * s.StrideW - s.PadW + tap % s.KernelW * s.DilationW;
                if ((uint)h >= (uint)s.Height | (uint)w >= (uint)s.Width) continue;
                sum += o.W[(k * s.GroupChannels + c) * s.Taps + tap] * o.X[(channels + c) * s.InputPlane + h * s.Width + w];
            }
        }
        if (o.HasBias != 0) sum += o.Bias[k];
        if (o.Relu != 0 & sum < 0f) sum = 0f;
        if (o.Relu != 0 & sum > o.Ceiling) sum = o.Ceiling;
        o.Y[i] = sum;
    }

    /// <summary>dx[n,c,h,w]: the outputs whose windows cover it.</summary>
    [GpuKernel]
    internal static void BackwardData(ConvolutionPlainOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        ConvolutionShape s = o.Shape;
        int w = i % s.Width, h = i / s.Width % s.Height, c = i / s.InputPlane % s.Channels, n = i / s.InputPlane / s.Channels;
        int group = c / s.GroupChannels, channel = c % s.GroupChannels;
        float sum = 0f;
        for (int k = group * s.GroupFilters; k < (group + 1) * s.GroupFilters; k++)
        {
            for (int tap = 0; tap < s.Taps; tap++)
            {
                int above = h + s.PadH - tap / s.KernelW * s.DilationH, left = w + s.PadW - tap % s.KernelW * s.DilationW;
                if (above < 0 | left < 0 | above % s.StrideH != 0 | left % s.StrideW != 0) continue;
                int oh = above / s.StrideH, ow = left / s.StrideW;
                if (oh >= s.OutputHeight | ow >= s.OutputWidth) continue;
                sum += o.W[(k * s.GroupChannels + channel) * s.Taps + tap] * o.Y[(n * s.Filters + k) * s.OutputPlane + oh * s.OutputWidth + ow];
            }
        }
        o.X[i] = sum;
    }

    /// <summary>dw[k,c,r,s] += over all images and positions.</summary>
    [GpuKernel]
    internal static void BackwardWeights(ConvolutionPlainOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Length)) return;
        ConvolutionShape s = o.Shape;
        int tap = i % s.Taps, k = i / s.PatchLength, c = k / s.GroupFilters * s.GroupChannels + i / s.Taps % s.GroupChannels;
        float sum = 0f;
        for (int at = 0; at < s.Batch * s.OutputPlane; at++) sum += Term(o, s, k, c, tap, at);
        o.W[i] += sum;
    }

    /// <summary>A group a weight: its threads share the positions, and their sums are added as a tree. For filters of few terms.</summary>
    [GpuKernel]
    internal static void DirectWeights(ConvolutionPlainOperands o)
    {
        ConvolutionShape s = o.Shape;
        int i = Grid.IdxX, tap = i % s.Taps, k = i / s.PatchLength, c = k / s.GroupFilters * s.GroupChannels + i / s.Taps % s.GroupChannels;
        float sum = 0f;
        for (int at = Group.IdxX; at < s.Batch * s.OutputPlane; at += Group.DimX) sum += Term(o, s, k, c, tap, at);
        sum = GroupReduce.Sum(sum);
        if (Group.IdxX == 0) o.W[i] += sum;
    }

    private static float Term(ConvolutionPlainOperands o, ConvolutionShape s, int k, int c, int tap, int at)
    {
        int n = at / s.OutputPlane, position = at % s.OutputPlane;
        int h = position / s.OutputWidth * s.StrideH - s.PadH + tap / s.KernelW * s.DilationH;
        int w = position % s.OutputWidth * s.StrideW - s.PadW + tap % s.KernelW * s.DilationW;
        if ((uint)h >= (uint)s.Height | (uint)w >= (uint)s.Width) return 0f;
        return o.Y[(n * s.Filters + k) * s.OutputPlane + position] * o.X[(n * s.Channels + c) * s.InputPlane + h * s.Width + w];
    }
}
