using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// The three directions of a convolution as matrix products over patches (implicit im2col: patches are gathered into the packed panels of
/// <see cref="GemmCore"/> and never stand in memory). All images of a batch form one product, so small pictures still fill the tiles.
/// </summary>
internal static unsafe class ConvolutionProduct
{
    /// <summary>
    /// y[K][n,oh,ow] = w[K][c,r,s] patches[c,r,s][n,oh,ow] + bias[K], rectified if the problem says so, group by group. Overwrites y.
    /// <paramref name="prepared"/> is w as <see cref="PackedFilters"/> lays it out, or null.
    /// </summary>
    public static void Forward(
        in ConvolutionProblem problem, float* x, float* w, float* prepared, float* bias, float* y, ThreadTeam team)
    {
        int spatial = problem.OutputHeight * problem.OutputWidth, filters = problem.GroupFilters, patch = problem.PatchLength;
        for (int group = 0; group < problem.Groups; group++)
        {
            int filter = group * filters, channel = group * problem.GroupChannels;
            var weights = new MatrixLines(w + (nint)filter * patch, patch, alongK: true);
            var result = new ResultView(y + (nint)filter * spatial, spatial, spatial, (nint)problem.Filters * spatial, problem.Relu, problem.Ceiling);
            var biasView = new BiasView(problem.Bias ? bias + filter : null, perRow: true);
            float* packed = PackedFilters.Group(problem, prepared, group);
            if (IsPointwise(problem))
                GemmCore.Run(filters, problem.Batch * spatial, patch, weights, new ChannelLines(x, problem.Channels, channel, spatial, false), biasView, false, result, team, packed);
            else
                GemmCore.Run(filters, problem.Batch * spatial, patch, weights, new PatchLines(problem, x, channel, false), biasView, false, result, team, packed);
        }
    }

    /// <summary>dx[c][n,h,w] = w^T[c][k,r,s] gathered dy[k,r,s][n,h,w], phase by phase of the strides. Overwrites dx.</summary>
    public static void BackwardData(in ConvolutionProblem problem, float* dy, float* w, float* dx, ThreadTeam team)
    {
        int spatial = problem.Height * problem.Width;
        int channels = problem.GroupChannels, filters = problem.GroupFilters;
        for (int group = 0; group < problem.Groups; group++)
        {
            int filter = group * filters;
            float* groupWeights = w + (nint)filter * problem.PatchLength, groupResult = dx + (nint)group * channels * spatial;
            for (int row = 0; row < Math.Min(problem.StrideH, problem.Height); row++)
            {
                var rows = new StridePhase(row, problem.Height, problem.KernelH, problem.StrideH, problem.PadH, problem.DilationH);
                for (int column = 0; column < Math.Min(problem.StrideW, problem.Width); column++)
                {
                    var columns = new StridePhase(column, problem.Width, problem.KernelW, problem.StrideW, problem.PadW, problem.DilationW);
                    var weights = new FilterLines(problem, groupWeights, rows, columns);
                    ResultView result = ResultOf(problem, groupResult, rows, columns);
                    int positions = problem.Batch * rows.Pixels * columns.Pixels, terms = filters * rows.Taps * columns.Taps;
                    if (IsPointwise(problem))
                        GemmCore.Run(channels, positions, terms, weights, new ChannelLines(dy, problem.Filters, filter, spatial, false), default, false, result, team);
                    else
                        GemmCore.Run(channels, positions, terms, weights, new GradientLines(problem, dy, filter, rows, columns), default, false, result, team);
                }
            }
        }
    }

    // Without strides a run is an image; else it is a row of the phase.
    private static ResultView ResultOf(in ConvolutionProblem p, float* dx, StridePhase rows, StridePhase columns)
    {
        int spatial = p.Height * p.Width;
        if (p.StrideH == 1 && p.StrideW == 1) return new ResultView(dx, spatial, spatial, (nint)p.Channels * spatial);
        return new ResultView(dx + rows.Start * p.Width + columns.Start, spatial, columns.Pixels, (nint)p.StrideH * p.Width)
        {
            RunsOfImage = rows.Pixels, ImageStride = (nint)p.Channels * spatial, Step = p.StrideW,
        };
    }

    /// <summary>dw[K][c,r,s] += dy[K][n,oh,ow] patches^T[n,oh,ow][c,r,s]. Accumulates.</summary>
    public static void BackwardWeights(in ConvolutionProblem problem, float* x, float* dy, float* dw, ThreadTeam team)
    {
        int spatial = problem.OutputHeight * problem.OutputWidth, filters = problem.GroupFilters, patch = problem.PatchLength;
        for (int group = 0; group < problem.Groups; group++)
        {
            int filter = group * filters, channel = group * problem.GroupChannels;
            var gradient = new ChannelLines(dy, problem.Filters, filter, spatial, true);
            var result = new ResultView(dw + (nint)filter * patch, patch, patch, 0);
            if (IsPointwise(problem))
                GemmCore.Run(filters, patch, problem.Batch * spatial, gradient, new ChannelLines(x, problem.Channels, channel, spatial, true), default, true, result, team);
            else
                GemmCore.Run(filters, patch, problem.Batch * spatial, gradient, new PatchLines(problem, x, channel, true), default, true, result, team);
        }
    }

    // 1x1, stride 1, no padding: the patches are the image itself.
    private static bool IsPointwise(in ConvolutionProblem p) =>
        p is { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PadH: 0, PadW: 0, TrailH: 0, TrailW: 0 };
}
