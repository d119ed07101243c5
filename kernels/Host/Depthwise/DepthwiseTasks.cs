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
        int length = (int)DepthwiseLines<TLanes>.Length(p);
        float* memory = p.Team.Scratch(worker).Get<float>(length + TLanes.Count);
        var lines = new DepthwiseLines<TLanes>(p, memory);
        int end = Math.Min((task + 1) * DepthwisePlanes.OfTask, p.Planes), channels = p.Filters / p.FiltersOfChannel;
        for (int number = task * DepthwisePlanes.OfTask; number < end; number++)
        {
            int filter = number % p.Filters;
            float* x = lines.Plane(number / p.Filters * channels + filter / p.FiltersOfChannel), y = p.Y + (nint)number * p.OutputHeight * p.OutputWidth;
            float bias = p.Bias == null ? 0f : p.Bias[filter];
            if (p.Stride == 1) Plane<EveryPixel>(p, lines, p.W + filter * 9, bias, x, y, memory + length);
            else Plane<EverySecondPixel>(p, lines, p.W + filter * 9, bias, x, y, memory + length);
        }
    }

    // The nine taps in locals, for a JIT keeps only these in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Plane<TStep>(in DepthwisePlanes p, in DepthwiseLines<TLanes> lines, float* w, float bias, float* x, float* y, float* last)
        where TStep : struct, IPixelStep
    {
        int step = p.Turned ? -1 : 1, lanes = TLanes.Count, whole = lines.Whole;
        if (p.Turned) w += 8;
        TLanes w00 = TLanes.All(w[0]), w01 = TLanes.All(w[step]), w02 = TLanes.All(w[2 * step]), w10 = TLanes.All(w[3 * step]), w11 = TLanes.All(w[4 * step]);
        TLanes w12 = TLanes.All(w[5 * step]), w20 = TLanes.All(w[6 * step]), w21 = TLanes.All(w[7 * step]), w22 = TLanes.All(w[8 * step]);
        TLanes added = TLanes.All(bias), zero = TLanes.Zero, ceiling = TLanes.All(p.Ceiling);
        bool isRectified = p.Relu;
        float* limit = y + (nint)p.OutputHeight * p.OutputWidth;
        for (int oh = 0; oh < p.OutputHeight; oh++, y += p.OutputWidth)
        {
            int h = oh * p.Stride - p.PadH;
            float* above = lines.Row(x, h) - p.PadW, middle = lines.Row(x, h + 1) - p.PadW, below = lines.Row(x, h + 2) - p.PadW;
            for (int ow = 0; ow < p.OutputWidth; ow += lanes)
            {
                int at = ow * p.Stride;
                TLanes first, second, third;
                if (lines.IsInside(ow))
                {
                    first = TLanes.MultiplyAdd(w00, TStep.Load<TLanes>(above + at), added);
                    second = w10 * TStep.Load<TLanes>(middle + at);
                    third = w20 * TStep.Load<TLanes>(below + at);
                    first = TLanes.MultiplyAdd(w01, TStep.Load<TLanes>(above + at + 1), first);
                    second = TLanes.MultiplyAdd(w11, TStep.Load<TLanes>(middle + at + 1), second);
                    third = TLanes.MultiplyAdd(w21, TStep.Load<TLanes>(below + at + 1), third);
                    first = TLanes.MultiplyAdd(w02, TStep.Load<TLanes>(above + at + 2), first);
                    second = TLanes.MultiplyAdd(w12, TStep.Load<TLanes>(middle + at + 2), second);
                    third = TLanes.MultiplyAdd(w22, TStep.Load<TLanes>(below + at + 2), third);
                }
                else
                {
                    // What lies beyond a row belongs to another, and counts as zero.
                    float* inside = lines.Inside + ow;
                    TLanes left = TLanes.Load(inside) > zero, centre = TLanes.Load(inside + whole) > zero, right = TLanes.Load(inside + 2 * whole) > zero;
                    first = TLanes.MultiplyAdd(w00, TLanes.Select(left, TStep.Load<TLanes>(above + at), zero), added);
                    second = w10 * TLanes.Select(left, TStep.Load<TLanes>(middle + at), zero);
                    third = w20 * TLanes.Select(left, TStep.Load<TLanes>(below + at), zero);
                    first = TLanes.MultiplyAdd(w01, TLanes.Select(centre, TStep.Load<TLanes>(above + at + 1), zero), first);
                    second = TLanes.MultiplyAdd(w11, TLanes.Select(centre, TStep.Load<TLanes>(middle + at + 1), zero), second);
                    third = TLanes.MultiplyAdd(w21, TLanes.Select(centre, TStep.Load<TLanes>(below + at + 1), zero), third);
                    first = TLanes.MultiplyAdd(w02, TLanes.Select(right, TStep.Load<TLanes>(above + at + 2), zero), first);
                    second = TLanes.MultiplyAdd(w12, TLanes.Select(right, TStep.Load<TLanes>(middle + at + 2), zero), second);
                    third = TLanes.MultiplyAdd(w22, TLanes.Select(right, TStep.Load<TLanes>(below + at + 2), zero), third);
                }
                TLanes sum = first + second + third;
                if (isRectified) sum = Relu.Rectify(sum, ceiling);
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
