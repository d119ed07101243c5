using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution of every channel by itself with a filter of 3 x 3 where channels lie together: a vector is neighbouring channels, whose nine taps stay in
/// registers while it goes along the rows.
/// </summary>
internal unsafe struct PixelDepthwise : IParallelBody
{
    // Outputs of a task at least, about.
    private const int TaskOutputs = 8192;

    private ChannelsLastConvolutionProblem _problem;
    private float* _x, _taps, _bias, _added, _y;
    private int _rows;

    /// <summary>Why a problem cannot be computed so, as the end of a sentence, or null.</summary>
    public static string? WhyNot(ChannelsLastConvolutionProblem problem) => problem.Convolution is var p && (p.Groups != p.Channels || p.Filters != p.Channels)
        ? "its channels are not filtered one by one"
        : p is not { KernelH: 3, KernelW: 3, DilationH: 1, DilationW: 1 } ? "the kernel is not 3 x 3 and dense"
        : problem.Planar && p.Channels > 1 ? "its images lie in planes"
        : null;

    /// <summary>Lays filters [C,1,3,3] out as [3,3,C].</summary>
    public static void Prepare(in ChannelsLastConvolutionProblem problem, float* w, float* prepared)
    {
        int channels = problem.Convolution.Channels;
        for (int tap = 0; tap < 9; tap++)
            for (int c = 0; c < channels; c++) prepared[tap * channels + c] = w[c * 9 + tap];
    }

    /// <summary>Computes a problem by filters laid out.</summary>
    public static void Run(in ChannelsLastConvolutionProblem problem, float* x, float* prepared, float* bias, float* added, float* y, ThreadTeam team)
    {
        ConvolutionProblem p = problem.Convolution;
        int rows = GemmBlocking.Covering(p.OutputHeight, Math.Clamp(p.LengthY / p.Batch / TaskOutputs, 1, p.OutputHeight));
        var body = new PixelDepthwise { _problem = problem, _x = x, _taps = prepared, _bias = bias, _added = added, _y = y, _rows = rows };
        team.For(p.Batch * GemmBlocking.Covering(p.OutputHeight, rows), ref body);
    }

    public readonly void Run(int task, int worker)
    {
        ConvolutionProblem p = _problem.Convolution;
        int blocks = GemmBlocking.Covering(p.OutputHeight, _rows), first = task % blocks * _rows;
        Elementwise.Overlapping(p.Channels, new Rows
        {
            Body = this, Image = task / blocks, First = first, End = Math.Min(first + _rows, p.OutputHeight),
        });
    }

    private struct Rows : IElementwise
    {
        public PixelDepthwise Body;
        public int Image, First, End;

        public readonly void Apply<TLanes>(nint channel)
            where TLanes : struct, ILanes<TLanes, float> => Body.Channels<TLanes>(channel, Image, First, End);
    }

    // The taps in named locals, for a JIT keeps only these in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Channels<TLanes>(nint channel, int image, int first, int end)
        where TLanes : struct, ILanes<TLanes, float>
    {
        ConvolutionProblem p = _problem.Convolution;
        int channels = p.Channels, width = p.Width, outputs = p.OutputWidth;
        float* w = _taps + channel, none = stackalloc float[TLanes.Count];
        TLanes w00 = TLanes.Load(w), w01 = TLanes.Load(w + channels), w02 = TLanes.Load(w + 2 * channels);
        TLanes w10 = TLanes.Load(w + 3 * channels), w11 = TLanes.Load(w + 4 * channels), w12 = TLanes.Load(w + 5 * channels);
        TLanes w20 = TLanes.Load(w + 6 * channels), w21 = TLanes.Load(w + 7 * channels), w22 = TLanes.Load(w + 8 * channels);
        TLanes bias = _bias == null ? TLanes.Zero : TLanes.Load(_bias + channel), ceiling = TLanes.All(p.Ceiling);
        TLanes.Zero.Store(none);
        bool isRectified = p.Relu;
        nint step = (nint)p.StrideW * channels;
        for (int oh = first; oh < end; oh++)
        {
            int h = oh * p.StrideH - p.PadH;
            long pixel = ((long)image * p.OutputHeight + oh) * outputs;
            float* y = _y + pixel * _problem.OutputChannels + channel, added = _added == null ? null : _added + pixel * channels + channel;
            // A row beyond the image is one pixel of zeros.
            bool hasAbove = (uint)h < (uint)p.Height, hasMiddle = (uint)(h + 1) < (uint)p.Height, hasBelow = (uint)(h + 2) < (uint)p.Height;
            float* row = _x + ((nint)image * p.Height + h) * width * channels + channel;
            float* above = hasAbove ? row : none, middle = hasMiddle ? row + (nint)width * channels : none;
            float* below = hasBelow ? row + 2 * (nint)width * channels : none;
            nint aboveStep = hasAbove ? channels : 0, middleStep = hasMiddle ? channels : 0, belowStep = hasBelow ? channels : 0;
            int column = -p.PadW;
            for (int ow = 0; ow < outputs; ow++, column += p.StrideW, y += _problem.OutputChannels)
            {
                TLanes a = bias, b = TLanes.Zero, c = TLanes.Zero;
                if ((uint)column < (uint)width)
                {
                    a = TLanes.MultiplyAdd(w00, TLanes.Load(above + column * aboveStep), a);
                    b = TLanes.MultiplyAdd(w10, TLanes.Load(middle + column * middleStep), b);
                    c = TLanes.MultiplyAdd(w20, TLanes.Load(below + column * belowStep), c);
                }
                if ((uint)(column + 1) < (uint)width)
                {
                    a = TLanes.MultiplyAdd(w01, TLanes.Load(above + (column + 1) * aboveStep), a);
                    b = TLanes.MultiplyAdd(w11, TLanes.Load(middle + (column + 1) * middleStep), b);
                    c = TLanes.MultiplyAdd(w21, TLanes.Load(below + (column + 1) * belowStep), c);
                }
                if ((uint)(column + 2) < (uint)width)
                {
                    a = TLanes.MultiplyAdd(w02, TLanes.Load(above + (column + 2) * aboveStep), a);
                    b = TLanes.MultiplyAdd(w12, TLanes.Load(middle + (column + 2) * middleStep), b);
                    c = TLanes.MultiplyAdd(w22, TLanes.Load(below + (column + 2) * belowStep), c);
                }
                TLanes sum = a + b + c;
                if (added != null)
                {
                    sum += TLanes.Load(added);
                    added += channels;
                }
                if (isRectified) sum = Relu.Rectify(sum, ceiling);
                sum.Store(y);
            }
        }
    }
}
