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
    /// </summary>
    public static void Forward(
        in ConvolutionProblem problem, float* x, float* w, float* bias, float* y, ThreadTeam team)
    {
        int spatial = problem.OutputHeight * problem.OutputWidth, filters = problem.GroupFilters, patch = problem.PatchLength;
        for (int group = 0; group < problem.Groups; group++)
        {
            int filter = group * filters, channel = group * problem.GroupChannels;
            var weights = new MatrixLines(w + (nint)filter * patch, patch, alongK: true);
            var result = new ResultView(y + (nint)filter * spatial, spatial, spatial, (nint)problem.Filters * spatial, problem.Relu);
            var biasView = new BiasView(problem.Bias ? bias + filter : null, perRow: true);
            if (IsPointwise(problem))
                GemmCore.Run(filters, problem.Batch * spatial, patch, weights, new ChannelLines(x, problem.Channels, channel, spatial, false), biasView, false, result, team);
            else
                GemmCore.Run(filters, problem.Batch * spatial, patch, weights, new PatchLines(problem, x, channel, false), biasView, false, result, team);
        }
    }

    /// <summary>dx[c][n,h,w] = w^T[c][k,r,s] gathered dy[k,r,s][n,h,w]. Overwrites dx.</summary>
    public static void BackwardData(in ConvolutionProblem problem, float* dy, float* w, float* dx, ThreadTeam team)
    {
        int spatial = problem.Height * problem.Width, taps = problem.KernelH * problem.KernelW;
        int channels = problem.GroupChannels, filters = problem.GroupFilters;
        for (int group = 0; group < problem.Groups; group++)
        {
            int filter = group * filters;
            var weights = new FilterLines(w + (nint)filter * problem.PatchLength, channels, taps);
            var result = new ResultView(dx + (nint)group * channels * spatial, spatial, spatial, (nint)problem.Channels * spatial);
            if (IsPointwise(problem))
                GemmCore.Run(channels, problem.Batch * spatial, filters, weights, new ChannelLines(dy, problem.Filters, filter, spatial, false), default, false, result, team);
            else
                GemmCore.Run(channels, problem.Batch * spatial, filters * taps, weights, new GradientLines(problem, dy, filter), default, false, result, team);
        }
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
        p is { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PadH: 0, PadW: 0 };
}
