using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution and its backward pass as matrix products over patches (implicit im2col: patches are gathered into the packed panels of
/// <see cref="GemmCore"/> and never stand in memory). All images of a batch form one product, so small pictures still fill the tiles.
/// See <see cref="ConvolutionProblem"/> for shapes.
/// </summary>
public static unsafe class Convolution
{
    /// <summary>
    /// y[K][n,oh,ow] = w[K][c,r,s] patches[c,r,s][n,oh,ow] + bias[K], rectified if the problem says so, group by group. Overwrites y.
    /// </summary>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public static void Forward(
        in ConvolutionProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, w.Length, y.Length);
        Guard.Length(bias.Length, problem.LengthBias);
        int spatial = problem.OutputHeight * problem.OutputWidth, filters = problem.GroupFilters, patch = problem.PatchLength;
        fixed (float* px = x, pw = w, pBias = bias, py = y)
        {
            for (int group = 0; group < problem.Groups; group++)
            {
                int filter = group * filters, channel = group * problem.GroupChannels;
                var weights = new MatrixLines(pw + (nint)filter * patch, patch, alongK: true);
                var result = new ResultView(py + (nint)filter * spatial, spatial, spatial, (nint)problem.Filters * spatial, problem.Relu);
                var biasView = new BiasView(problem.Bias ? pBias + filter : null, perRow: true);
                if (IsPointwise(problem))
                    GemmCore.Run(filters, problem.Batch * spatial, patch, weights, new ChannelLines(px, problem.Channels, channel, spatial, false), biasView, false, result, team);
                else
                    GemmCore.Run(filters, problem.Batch * spatial, patch, weights, new PatchLines(problem, px, channel, false), biasView, false, result, team);
            }
        }
    }

    /// <summary>dx[c][n,h,w] = w^T[c][k,r,s] gathered dy[k,r,s][n,h,w]. Overwrites dx.</summary>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public static void BackwardData(in ConvolutionProblem problem, ReadOnlySpan<float> dy, ReadOnlySpan<float> w, Span<float> dx, ThreadTeam team)
    {
        problem.Check(dx.Length, w.Length, dy.Length);
        int spatial = problem.Height * problem.Width, taps = problem.KernelH * problem.KernelW;
        int channels = problem.GroupChannels, filters = problem.GroupFilters;
        fixed (float* pdy = dy, pw = w, pdx = dx)
        {
            for (int group = 0; group < problem.Groups; group++)
            {
                int filter = group * filters;
                var weights = new FilterLines(pw + (nint)filter * problem.PatchLength, channels, taps);
                var result = new ResultView(pdx + (nint)group * channels * spatial, spatial, spatial, (nint)problem.Channels * spatial);
                if (IsPointwise(problem))
                    GemmCore.Run(channels, problem.Batch * spatial, filters, weights, new ChannelLines(pdy, problem.Filters, filter, spatial, false), default, false, result, team);
                else
                    GemmCore.Run(channels, problem.Batch * spatial, filters * taps, weights, new GradientLines(problem, pdy, filter), default, false, result, team);
            }
        }
    }

    /// <summary>dw[K][c,r,s] += dy[K][n,oh,ow] patches^T[n,oh,ow][c,r,s]. Accumulates.</summary>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public static void BackwardWeights(in ConvolutionProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dw, ThreadTeam team)
    {
        problem.Check(x.Length, dw.Length, dy.Length);
        int spatial = problem.OutputHeight * problem.OutputWidth, filters = problem.GroupFilters, patch = problem.PatchLength;
        fixed (float* px = x, pdy = dy, pdw = dw)
        {
            for (int group = 0; group < problem.Groups; group++)
            {
                int filter = group * filters, channel = group * problem.GroupChannels;
                var gradient = new ChannelLines(pdy, problem.Filters, filter, spatial, true);
                var result = new ResultView(pdw + (nint)filter * patch, patch, patch, 0);
                if (IsPointwise(problem))
                    GemmCore.Run(filters, patch, problem.Batch * spatial, gradient, new ChannelLines(px, problem.Channels, channel, spatial, true), default, true, result, team);
                else
                    GemmCore.Run(filters, patch, problem.Batch * spatial, gradient, new PatchLines(problem, px, channel, true), default, true, result, team);
            }
        }
    }

    /// <summary>db[K] += sums of dy over images and positions. Accumulates.</summary>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public static void BackwardBias(in ConvolutionProblem problem, ReadOnlySpan<float> dy, Span<float> db, ThreadTeam team)
    {
        Guard.Length(dy.Length, problem.LengthY);
        Guard.Length(db.Length, problem.Filters);
        fixed (float* pdy = dy, pdb = db)
        {
            var body = new BiasBody { Gradient = pdy, Bias = pdb, Batch = problem.Batch, Filters = problem.Filters, Spatial = problem.OutputHeight * problem.OutputWidth };
            team.For(problem.Filters, ref body);
        }
    }

    // 1x1, stride 1, no padding: the patches are the image itself.
    private static bool IsPointwise(in ConvolutionProblem p) =>
        p is { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PadH: 0, PadW: 0 };

    private struct BiasBody : IParallelBody
    {
        public float* Gradient;
        public float* Bias;
        public int Batch, Filters, Spatial;

        public readonly void Run(int task, int worker)
        {
            double sum = 0;
            for (int image = 0; image < Batch; image++)
                sum += Summation.Sum(Spatial, new StoredTerms { X = Gradient + ((nint)image * Filters + task) * Spatial });
            Bias[task] += (float)sum;
        }
    }
}
