using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// The gradient of the weights of 3 x 3 or 5 x 5 filters of stride 1 by minimal filtering: tiles of the input and of the output's gradient are transformed,
/// multiplied point by point as matrix products over the tiles, and the sums are transformed back once. Every sum is computed in one order whatever the threads.
/// <see cref="WinogradConvolution.WhyNot"/> says what it cannot compute.
/// </summary>
internal static unsafe class WinogradWeightGradient
{
    /// <summary>dw += the correlation of x and dy.</summary>
    public static void Run<TScheme>(in ConvolutionProblem p, float* x, float* dy, float* dw, ThreadTeam team)
        where TScheme : struct, IWinogradWeightScheme
    {
        if (Vector512.IsHardwareAccelerated) Run<TScheme, Lanes512<float>>(p, x, dy, dw, team);
        else if (Vector256.IsHardwareAccelerated) Run<TScheme, Lanes256<float>>(p, x, dy, dw, team);
        else if (Vector128.IsHardwareAccelerated) Run<TScheme, Lanes128<float>>(p, x, dy, dw, team);
        else Run<TScheme, Lane<float>>(p, x, dy, dw, team);
    }

    private static void Run<TScheme, TLanes>(in ConvolutionProblem p, float* x, float* dy, float* dw, ThreadTeam team)
        where TScheme : struct, IWinogradWeightScheme
        where TLanes : struct, ILanes<TLanes, float>
    {
        var layout = new WeightGradientLayout(p, TScheme.Outputs, TScheme.Taps);
        float* channels = team.SharedPacking.Get<float>(layout.Points * ((long)layout.ChannelPoint + layout.FilterPoint) + layout.Sums);
        float* filters = channels + layout.Points * layout.ChannelPoint, sums = filters + layout.Points * layout.FilterPoint;
        var transforms = new WeightGradientTransforms<TScheme, TLanes>
        {
            Layout = layout, Team = team,
            Input = new TiledImages
            {
                Images = x, Channels = p.Channels, Height = p.Height, Width = p.Width, PadH = p.PadH, PadW = p.PadW,
                Overlap = layout.Side - layout.Outputs, Panels = channels, PanelWidth = layout.Width, PointStride = layout.ChannelPoint,
            },
            Gradient = new TiledImages
            {
                Images = dy, Channels = p.Filters, Height = p.OutputHeight, Width = p.OutputWidth,
                Panels = filters, PanelWidth = layout.Height, PointStride = layout.FilterPoint,
            },
        };
        var results = new WeightGradientResults<TScheme, TLanes> { Layout = layout, Sums = sums, Weights = dw, Filters = p.Filters, Channels = p.Channels };
        var pairs = new WeightGradientPairs<TScheme, TLanes> { Layout = layout, Team = team, Channels = channels, Filters = filters, Results = results };
        var products = new WeightGradientProducts { Layout = layout, Channels = channels, Filters = filters, Sums = sums };
        for (int strip = 0; strip < layout.Strips; strip += layout.StripsOfChunk)
        {
            int end = Math.Min(strip + layout.StripsOfChunk, layout.Strips), tiles = layout.FirstTile(end) - layout.FirstTile(strip);
            (transforms.FirstStrip, transforms.EndStrip) = (strip, end);
            team.For(transforms.Tasks, ref transforms);
            if (layout.TakesPairs)
            {
                pairs.Tiles = tiles;
                team.For(layout.Pairs, ref pairs);
            }
            else
            {
                (products.Tiles, products.Accumulate) = (tiles, strip > 0);
                team.For(layout.Points, ref products);
            }
        }
        if (!layout.TakesPairs) team.For(layout.Pairs, ref results);
    }
}
