using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution of every channel by itself with filters of 3 x 3, strides 1 and 2: nine multiply-adds of vectors of neighbouring pixels make a vector of
/// outputs. Planes are read where they lie, but for the first and the last ones, beyond which a vector would read.
/// </summary>
internal static unsafe class DepthwiseConvolution
{
    /// <summary>Why a problem cannot be computed so, as the end of a sentence, or null.</summary>
    public static string? WhyNot(ConvolutionProblem p) =>
        p.Groups != p.Channels || p.Groups == 1 ? "its channels are not filtered one by one"
        : p is not { KernelH: 3, KernelW: 3, DilationH: 1, DilationW: 1 } || p.StrideH > 2 || p.StrideW != p.StrideH
            ? "the kernel is not 3 x 3, dense and of stride 1 or 2"
        : Math.Max(p.PadH, p.TrailH) > 2 || Math.Max(p.PadW, p.TrailW) > 2
            ? $"its padding is {p.PadH} x {p.PadW} and {p.TrailH} x {p.TrailW} more behind; 2 x 2 is the most of each"
        : null;

    /// <summary>As <see cref="WhyNot"/>, of the gradient of the data.</summary>
    public static string? WhyNotBackward(ConvolutionProblem p) =>
        WhyNot(p) ?? (p.StrideH > 1 ? "its stride is not 1" : p.Filters != p.Channels ? "a channel has several filters" : null);

    /// <summary>y = conv(x, w) + bias, rectified if the problem says so. Overwrites y.</summary>
    public static void Forward(in ConvolutionProblem p, float* x, float* w, float* bias, float* y, ThreadTeam team) =>
        Run(Planes(p, x, w, y) with { Relu = p.Relu, Ceiling = p.Ceiling, Bias = p.Bias ? bias : null }, ofWeights: false, team);

    /// <summary>dx = the transpose of the convolution applied to dy, without strides: a convolution of dy with the filters turned. Overwrites dx.</summary>
    public static void BackwardData(in ConvolutionProblem p, float* dy, float* w, float* dx, ThreadTeam team) => Run(
        new DepthwisePlanes
        {
            Planes = p.Batch * p.Channels, Filters = p.Channels, FiltersOfChannel = 1, Height = p.OutputHeight, Width = p.OutputWidth, OutputHeight = p.Height,
            OutputWidth = p.Width, Stride = 1, PadH = 2 - p.PadH, PadW = 2 - p.PadW, Turned = true, X = dy, W = w, Y = dx,
        },
        ofWeights: false, team);

    /// <summary>dw += the correlation of x and dy, channel by channel. Accumulates.</summary>
    public static void BackwardWeights(in ConvolutionProblem p, float* x, float* dy, float* dw, ThreadTeam team) =>
        Run(Planes(p, x, dw, dy), ofWeights: true, team);

    private static DepthwisePlanes Planes(in ConvolutionProblem p, float* x, float* w, float* y) => new()
    {
        Planes = p.Batch * p.Filters, Filters = p.Filters, FiltersOfChannel = p.GroupFilters, Height = p.Height, Width = p.Width,
        OutputHeight = p.OutputHeight, OutputWidth = p.OutputWidth, Stride = p.StrideH, PadH = p.PadH, PadW = p.PadW, X = x, W = w, Y = y,
    };

    private static void Run(DepthwisePlanes planes, bool ofWeights, ThreadTeam team)
    {
        planes.Team = team;
        if (Vector512.IsHardwareAccelerated) For<Lanes512<float>>();
        else if (Vector256.IsHardwareAccelerated) For<Lanes256<float>>();
        else if (Vector128.IsHardwareAccelerated) For<Lanes128<float>>();
        else For<Lane<float>>();

        void For<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            if (ofWeights)
            {
                var weights = new DepthwiseWeights<TLanes> { Planes = planes };
                team.For(planes.Filters, ref weights);
                return;
            }
            var outputs = new DepthwiseTasks<TLanes> { Planes = planes };
            team.For(GemmBlocking.Covering(planes.Planes, DepthwisePlanes.OfTask), ref outputs);
        }
    }
}
