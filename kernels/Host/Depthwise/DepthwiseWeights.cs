using System.Runtime.CompilerServices;

namespace JaccardKernels.Host;

/// <summary>
/// The gradient of the nine weights of a filter: as many sums of dy times the pixels under a tap. A vector adds up a plane, in float; lanes and images are
/// added in double, in order.
/// </summary>
internal unsafe struct DepthwiseWeights<TLanes> : IParallelBody
    where TLanes : struct, ILanes<TLanes, float>
{
    /// <summary>With the gradient of the output for Y, and that of the weights for W.</summary>
    public DepthwisePlanes Planes;

    public readonly void Run(int task, int worker)
    {
        DepthwisePlanes p = Planes;
        int length = (int)DepthwiseLines<TLanes>.Length(p), outputs = p.OutputHeight * p.OutputWidth, channels = p.Filters / p.FiltersOfChannel;
        float* memory = p.Team.Scratch(worker).Get<float>(length + outputs + TLanes.Count), copy = memory + length;
        var lines = new DepthwiseLines<TLanes>(p, memory);
        double* totals = stackalloc double[9];
        new Span<double>(totals, 9).Clear();
        for (int image = 0; image < p.Planes / p.Filters; image++)
        {
            float* x = lines.Plane(image * channels + task / p.FiltersOfChannel), dy = p.Y + ((nint)image * p.Filters + task) * outputs;
            // Of the last planes, whose vectors would read beyond.
            if (((long)p.Planes - 1 - image * p.Filters - task) * outputs < TLanes.Count)
            {
                LineCopy.Copy(dy, copy, outputs);
                dy = copy;
            }
            if (p.Stride == 1) Add<EveryPixel>(p, lines, x, dy, totals);
            else Add<EverySecondPixel>(p, lines, x, dy, totals);
        }
        for (int tap = 0; tap < 9; tap++) p.W[task * 9 + tap] += (float)totals[tap];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TStep>(in DepthwisePlanes p, in DepthwiseLines<TLanes> lines, float* x, float* dy, double* totals)
        where TStep : struct, IPixelStep
    {
        TLanes s00 = TLanes.Zero, s01 = s00, s02 = s00, s10 = s00, s11 = s00, s12 = s00, s20 = s00, s21 = s00, s22 = s00, zero = s00;
        int whole = lines.Whole;
        for (int oh = 0; oh < p.OutputHeight; oh++, dy += p.OutputWidth)
        {
            int h = oh * p.Stride - p.PadH;
            float* above = lines.Row(x, h), middle = lines.Row(x, h + 1), below = lines.Row(x, h + 2);
            for (int ow = 0; ow < p.OutputWidth; ow += TLanes.Count)
            {
                int at = ow * p.Stride - p.PadW;
                TLanes gradient = TLanes.Load(dy + ow);
                if (!lines.IsInside(ow))
                {
                    // What lies beyond a row is no part of the sums, be it a number or not.
                    float* inside = lines.Inside + ow;
                    TLanes left = TLanes.Load(inside) > zero, centre = TLanes.Load(inside + whole) > zero, right = TLanes.Load(inside + 2 * whole) > zero;
                    gradient = TLanes.Select(TLanes.Load(inside + 3 * whole) > zero, gradient, zero);
                    s00 = TLanes.MultiplyAdd(gradient, Kept<TStep>(left, above + at), s00);
                    s01 = TLanes.MultiplyAdd(gradient, Kept<TStep>(centre, above + at + 1), s01);
                    s02 = TLanes.MultiplyAdd(gradient, Kept<TStep>(right, above + at + 2), s02);
                    s10 = TLanes.MultiplyAdd(gradient, Kept<TStep>(left, middle + at), s10);
                    s11 = TLanes.MultiplyAdd(gradient, Kept<TStep>(centre, middle + at + 1), s11);
                    s12 = TLanes.MultiplyAdd(gradient, Kept<TStep>(right, middle + at + 2), s12);
                    s20 = TLanes.MultiplyAdd(gradient, Kept<TStep>(left, below + at), s20);
                    s21 = TLanes.MultiplyAdd(gradient, Kept<TStep>(centre, below + at + 1), s21);
                    s22 = TLanes.MultiplyAdd(gradient, Kept<TStep>(right, below + at + 2), s22);
                    continue;
                }
                s00 = TLanes.MultiplyAdd(gradient, TStep.Load<TLanes>(above + at), s00);
                s01 = TLanes.MultiplyAdd(gradient, TStep.Load<TLanes>(above + at + 1), s01);
                s02 = TLanes.MultiplyAdd(gradient, TStep.Load<TLanes>(above + at + 2), s02);
                s10 = TLanes.MultiplyAdd(gradient, TStep.Load<TLanes>(middle + at), s10);
                s11 = TLanes.MultiplyAdd(gradient, TStep.Load<TLanes>(middle + at + 1), s11);
                s12 = TLanes.MultiplyAdd(gradient, TStep.Load<TLanes>(middle + at + 2), s12);
                s20 = TLanes.MultiplyAdd(gradient, TStep.Load<TLanes>(below + at), s20);
                s21 = TLanes.MultiplyAdd(gradient, TStep.Load<TLanes>(below + at + 1), s21);
                s22 = TLanes.MultiplyAdd(gradient, TStep.Load<TLanes>(below + at + 2), s22);
            }
        }
        totals[0] += TLanes.Sum(s00);
        totals[1] += TLanes.Sum(s01);
        totals[2] += TLanes.Sum(s02);
        totals[3] += TLanes.Sum(s10);
        totals[4] += TLanes.Sum(s11);
        totals[5] += TLanes.Sum(s12);
        totals[6] += TLanes.Sum(s20);
        totals[7] += TLanes.Sum(s21);
        totals[8] += TLanes.Sum(s22);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Kept<TStep>(TLanes mask, float* source)
        where TStep : struct, IPixelStep => TLanes.Select(mask, TStep.Load<TLanes>(source), TLanes.Zero);
}
