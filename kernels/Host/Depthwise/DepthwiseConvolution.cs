using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution of every channel by itself with filters of 3 x 3, strides 1 and 2: nine multiply-adds of vectors of neighbouring pixels make a vector of
/// outputs. A plane fits a first-level cache, so nothing is copied or packed.
/// </summary>
internal static unsafe class DepthwiseConvolution
{
    /// <summary>Why a problem cannot be computed so, as the end of a sentence, or null.</summary>
    public static string? WhyNot(ConvolutionProblem p) =>
        p.Groups != p.Channels || p.Groups == 1 ? "its channels are not filtered one by one"
        : p is not { KernelH: 3, KernelW: 3, DilationH: 1, DilationW: 1 } || p.StrideH > 2 || p.StrideW != p.StrideH
            ? "the kernel is not 3 x 3, dense and of stride 1 or 2"
        : p.PadH > 2 || p.PadW > 2 ? $"its padding is {p.PadH} x {p.PadW}; 2 x 2 is the most"
        : null;

    /// <summary>As <see cref="WhyNot"/>, of the gradient of the data.</summary>
    public static string? WhyNotBackward(ConvolutionProblem p) =>
        WhyNot(p) ?? (p.StrideH > 1 ? "its stride is not 1" : p.Filters != p.Channels ? "a channel has several filters" : null);

    /// <summary>y = conv(x, w) + bias, rectified if the problem says so. Overwrites y.</summary>
    public static void Forward(in ConvolutionProblem p, float* x, float* w, float* bias, float* y, ThreadTeam team) => Run(
        new DepthwisePlanes
        {
            Planes = p.Batch * p.Filters, Filters = p.Filters, FiltersOfChannel = p.GroupFilters, Height = p.Height, Width = p.Width,
            OutputHeight = p.OutputHeight, OutputWidth = p.OutputWidth, Stride = p.StrideH, PadH = p.PadH, PadW = p.PadW,
            Relu = p.Relu, Ceiling = p.Ceiling, X = x, W = w, Bias = p.Bias ? bias : null, Y = y,
        },
        team);

    /// <summary>dx = the transpose of the convolution applied to dy, without strides: a convolution of dy with the filters turned. Overwrites dx.</summary>
    public static void BackwardData(in ConvolutionProblem p, float* dy, float* w, float* dx, ThreadTeam team) => Run(
        new DepthwisePlanes
        {
            Planes = p.Batch * p.Channels, Filters = p.Channels, FiltersOfChannel = 1, Height = p.OutputHeight, Width = p.OutputWidth, OutputHeight = p.Height,
            OutputWidth = p.Width, Stride = 1, PadH = 2 - p.PadH, PadW = 2 - p.PadW, Turned = true, X = dy, W = w, Y = dx,
        },
        team);

    private static void Run(DepthwisePlanes planes, ThreadTeam team)
    {
        planes.Team = team;
        int tasks = GemmBlocking.Covering(planes.Planes, DepthwisePlanes.OfTask);
        if (Vector512.IsHardwareAccelerated) For<Lanes512<float>>();
        else if (Vector256.IsHardwareAccelerated) For<Lanes256<float>>();
        else if (Vector128.IsHardwareAccelerated) For<Lanes128<float>>();
        else For<Lane<float>>();

        void For<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            var body = new DepthwiseTasks<TLanes> { Planes = planes };
            team.For(tasks, ref body);
        }
    }
}

/// <summary>The planes of a depthwise convolution: one a filter and image.</summary>
internal unsafe struct DepthwisePlanes
{
    /// <summary>Planes of a task.</summary>
    public const int OfTask = 4;

    public int Planes, Filters, FiltersOfChannel, Height, Width, OutputHeight, OutputWidth, Stride, PadH, PadW;

    /// <summary>Taps are taken from the last to the first; outputs are held between 0 and a ceiling.</summary>
    public bool Turned, Relu;

    public float Ceiling;

    public float* X, W, Bias, Y;

    public ThreadTeam Team;
}

/// <summary>Filters some planes.</summary>
internal unsafe struct DepthwiseTasks<TLanes> : IParallelBody
    where TLanes : struct, ILanes<TLanes, float>
{
    public DepthwisePlanes Planes;

    public readonly void Run(int task, int worker)
    {
        DepthwisePlanes p = Planes;
        int lanes = TLanes.Count, reach = p.Stride * lanes + 2 + p.PadW, whole = GemmBlocking.RoundUp(p.OutputWidth, lanes), plane = p.Height * p.Width;
        // A line of zeros, what is inside for each tap and output, a plane with room around it, and a vector of outputs.
        nint line = p.Width + 2 * reach;
        float* zeros = p.Team.Scratch(worker).Get<float>(line + 3 * whole + plane + 2 * reach + lanes);
        float* inside = zeros + line, copy = inside + 3 * whole + reach, last = copy + plane + reach;
        new Span<float>(zeros, (int)line).Clear();
        for (int s = 0; s < 3; s++)
        {
            for (int ow = 0; ow < whole; ow++) inside[s * whole + ow] = (uint)(ow * p.Stride - p.PadW + s) < (uint)p.Width ? 1f : 0f;
        }
        // Between these, all taps of all lanes are inside.
        int low = GemmBlocking.Covering(p.PadW, p.Stride), high = (p.Width - 3 + p.PadW) / p.Stride + 1;
        int end = Math.Min((task + 1) * DepthwisePlanes.OfTask, p.Planes), channels = p.Filters / p.FiltersOfChannel;
        for (int number = task * DepthwisePlanes.OfTask; number < end; number++)
        {
            int filter = number % p.Filters, source = number / p.Filters * channels + filter / p.FiltersOfChannel;
            float* x = p.X + (nint)source * plane, y = p.Y + (nint)number * p.OutputHeight * p.OutputWidth;
            // Vectors read beyond a plane, which must not be beyond all of them.
            if ((long)source * plane < reach || ((long)p.Planes / p.FiltersOfChannel - 1 - source) * plane < reach)
            {
                LineCopy.Copy(x, copy, plane);
                x = copy;
            }
            float* limit = y + (nint)p.OutputHeight * p.OutputWidth;
            var taps = new Taps(p.W + filter * 9, p.Turned);
            float bias = p.Bias == null ? 0f : p.Bias[filter];
            for (int oh = 0; oh < p.OutputHeight; oh++, y += p.OutputWidth)
            {
                int h = oh * p.Stride - p.PadH;
                float* none = zeros + reach;
                float* above = (uint)h < (uint)p.Height ? x + (nint)h * p.Width : none;
                float* middle = (uint)(h + 1) < (uint)p.Height ? x + (nint)(h + 1) * p.Width : none;
                float* below = (uint)(h + 2) < (uint)p.Height ? x + (nint)(h + 2) * p.Width : none;
                for (int ow = 0; ow < p.OutputWidth; ow += lanes)
                {
                    int at = ow * p.Stride - p.PadW;
                    bool isInside = ow >= low && ow + lanes <= high;
                    TLanes sum = p.Stride == 1
                        ? isInside ? taps.Sum<Dense>(above + at, middle + at, below + at) : taps.Sum<Dense>(above + at, middle + at, below + at, inside + ow, whole)
                        : isInside ? taps.Sum<EverySecond>(above + at, middle + at, below + at) : taps.Sum<EverySecond>(above + at, middle + at, below + at, inside + ow, whole);
                    sum += TLanes.All(bias);
                    if (p.Relu) sum = Rectified(sum, TLanes.All(p.Ceiling));
                    // What a vector writes beyond a row, the next rows overwrite; beyond the last one is the next plane.
                    if (y + ow + lanes <= limit)
                    {
                        sum.Store(y + ow);
                        continue;
                    }
                    sum.Store(last);
                    LineCopy.Copy(last, y + ow, p.OutputWidth - ow);
                }
            }
        }
    }

    // Not a number stays that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Rectified(TLanes value, TLanes ceiling)
    {
        value = TLanes.Max(value, TLanes.Zero);
        return TLanes.Select(value > ceiling, ceiling, value);
    }

    /// <summary>How the pixels under a tap are read for neighbouring outputs.</summary>
    private interface IStep
    {
        static abstract TLanes Load(float* source);
    }

    private readonly struct Dense : IStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Load(float* source) => TLanes.Load(source);
    }

    private readonly struct EverySecond : IStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Load(float* source) => TLanes.LoadEverySecond(source);
    }

    /// <summary>The nine taps of a filter.</summary>
    private readonly struct Taps
    {
        private readonly TLanes _00, _01, _02, _10, _11, _12, _20, _21, _22;

        public Taps(float* w, bool turned)
        {
            int first = turned ? 8 : 0, step = turned ? -1 : 1;
            w += first;
            (_00, _01, _02) = (TLanes.All(w[0]), TLanes.All(w[step]), TLanes.All(w[2 * step]));
            (_10, _11, _12) = (TLanes.All(w[3 * step]), TLanes.All(w[4 * step]), TLanes.All(w[5 * step]));
            (_20, _21, _22) = (TLanes.All(w[6 * step]), TLanes.All(w[7 * step]), TLanes.All(w[8 * step]));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Sum<TStep>(float* above, float* middle, float* below)
            where TStep : struct, IStep
        {
            TLanes first = _00 * TStep.Load(above), second = _10 * TStep.Load(middle), third = _20 * TStep.Load(below);
            first = TLanes.MultiplyAdd(_01, TStep.Load(above + 1), first);
            second = TLanes.MultiplyAdd(_11, TStep.Load(middle + 1), second);
            third = TLanes.MultiplyAdd(_21, TStep.Load(below + 1), third);
            first = TLanes.MultiplyAdd(_02, TStep.Load(above + 2), first);
            second = TLanes.MultiplyAdd(_12, TStep.Load(middle + 2), second);
            third = TLanes.MultiplyAdd(_22, TStep.Load(below + 2), third);
            return first + second + third;
        }

        // At the borders: what lies beyond a row belongs to another, and counts as zero.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Sum<TStep>(float* above, float* middle, float* below, float* inside, int stride)
            where TStep : struct, IStep
        {
            TLanes left = TLanes.Load(inside) > TLanes.Zero, centre = TLanes.Load(inside + stride) > TLanes.Zero, right = TLanes.Load(inside + 2 * stride) > TLanes.Zero;
            TLanes first = _00 * Kept<TStep>(left, above), second = _10 * Kept<TStep>(left, middle), third = _20 * Kept<TStep>(left, below);
            first = TLanes.MultiplyAdd(_01, Kept<TStep>(centre, above + 1), first);
            second = TLanes.MultiplyAdd(_11, Kept<TStep>(centre, middle + 1), second);
            third = TLanes.MultiplyAdd(_21, Kept<TStep>(centre, below + 1), third);
            first = TLanes.MultiplyAdd(_02, Kept<TStep>(right, above + 2), first);
            second = TLanes.MultiplyAdd(_12, Kept<TStep>(right, middle + 2), second);
            third = TLanes.MultiplyAdd(_22, Kept<TStep>(right, below + 2), third);
            return first + second + third;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TLanes Kept<TStep>(TLanes mask, float* source)
            where TStep : struct, IStep => TLanes.Select(mask, TStep.Load(source), TLanes.Zero);
    }
}
