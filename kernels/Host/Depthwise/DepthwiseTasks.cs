using System.Runtime.CompilerServices;

namespace JaccardKernels.Host;

/// <summary>Filters some planes.</summary>
internal unsafe struct DepthwiseTasks<TLanes> : IParallelBody
    where TLanes : struct, ILanes<TLanes, float>
{
    public DepthwisePlanes Planes;

    public readonly void Run(int task, int worker)
    {
        DepthwisePlanes p = Planes;
        int lanes = TLanes.Count, length = (int)DepthwiseLines<TLanes>.Length(p);
        float* memory = p.Team.Scratch(worker).Get<float>(length + lanes), last = memory + length;
        var lines = new DepthwiseLines<TLanes>(p, memory);
        int end = Math.Min((task + 1) * DepthwisePlanes.OfTask, p.Planes), channels = p.Filters / p.FiltersOfChannel;
        for (int number = task * DepthwisePlanes.OfTask; number < end; number++)
        {
            int filter = number % p.Filters;
            float* x = lines.Plane(number / p.Filters * channels + filter / p.FiltersOfChannel), y = p.Y + (nint)number * p.OutputHeight * p.OutputWidth;
            float* limit = y + (nint)p.OutputHeight * p.OutputWidth;
            var taps = new Taps(p.W + filter * 9, p.Turned);
            float bias = p.Bias == null ? 0f : p.Bias[filter];
            for (int oh = 0; oh < p.OutputHeight; oh++, y += p.OutputWidth)
            {
                int h = oh * p.Stride - p.PadH;
                float* above = lines.Row(x, h), middle = lines.Row(x, h + 1), below = lines.Row(x, h + 2);
                for (int ow = 0; ow < p.OutputWidth; ow += lanes)
                {
                    int at = ow * p.Stride - p.PadW;
                    float* inside = lines.IsInside(ow) ? null : lines.Inside + ow;
                    TLanes sum = p.Stride == 1
                        ? taps.Sum<EveryPixel>(above + at, middle + at, below + at, inside, lines.Whole)
                        : taps.Sum<EverySecondPixel>(above + at, middle + at, below + at, inside, lines.Whole);
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

        /// <summary>
        /// The sums of a vector of outputs. At the borders, what lies beyond a row belongs to another, and counts as zero:
        /// <paramref name="inside"/> says where, for each tap, and is null elsewhere.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Sum<TStep>(float* above, float* middle, float* below, float* inside, int whole)
            where TStep : struct, IPixelStep =>
            inside == null ? Whole<TStep>(above, middle, below) : Cut<TStep>(above, middle, below, inside, whole);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TLanes Whole<TStep>(float* above, float* middle, float* below)
            where TStep : struct, IPixelStep
        {
            TLanes first = _00 * TStep.Load<TLanes>(above), second = _10 * TStep.Load<TLanes>(middle), third = _20 * TStep.Load<TLanes>(below);
            first = TLanes.MultiplyAdd(_01, TStep.Load<TLanes>(above + 1), first);
            second = TLanes.MultiplyAdd(_11, TStep.Load<TLanes>(middle + 1), second);
            third = TLanes.MultiplyAdd(_21, TStep.Load<TLanes>(below + 1), third);
            first = TLanes.MultiplyAdd(_02, TStep.Load<TLanes>(above + 2), first);
            second = TLanes.MultiplyAdd(_12, TStep.Load<TLanes>(middle + 2), second);
            third = TLanes.MultiplyAdd(_22, TStep.Load<TLanes>(below + 2), third);
            return first + second + third;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TLanes Cut<TStep>(float* above, float* middle, float* below, float* inside, int stride)
            where TStep : struct, IPixelStep
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
            where TStep : struct, IPixelStep => TLanes.Select(mask, TStep.Load<TLanes>(source), TLanes.Zero);
    }
}
