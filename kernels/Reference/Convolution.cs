using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>
/// Two-dimensional cross-correlation, x <c>[N,C,H,W]</c>, w <c>[K,C/G,R,S]</c>, y <c>[N,K,OH,OW]</c>:
/// <c>y[n,k,oh,ow] = bias[k] + sum_{c,r,s} w[k,c,r,s] x[n,c,ih,iw]</c> with <c>ih = oh strideH - padH + r dilationH</c> (iw alike), zero outside
/// the image, and min(max(y, 0), ceiling) where the problem says relu. The backward passes are its two transposes (Dumoulin, Visin, "A guide to convolution arithmetic", 2016).
/// </summary>
public static class Convolution
{
    /// <summary>Overwrites y; bias is empty when the problem has none.</summary>
    public static void Forward(
        in ConvolutionProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> w, ReadOnlySpan<double> bias, Span<double> y)
    {
        problem.Check(x.Length, w.Length, y.Length);
        Guard.Length(bias.Length, problem.LengthBias);
        int plane = problem.OutputHeight * problem.OutputWidth;
        for (int i = 0; i < y.Length; i++) y[i] = problem.Bias ? bias[i / plane % problem.Filters] : 0;
        foreach (ConvolutionRun run in new ConvolutionRuns(problem))
        {
            for (int i = 0; i < run.Count; i++) y[run.Y + i] += w[run.W] * x[run.X + i * problem.StrideW];
        }
        if (!problem.Relu) return;
        for (int i = 0; i < y.Length; i++) y[i] = Math.Min(Math.Max(y[i], 0), problem.Ceiling);
    }

    /// <summary><c>dx = sum over the outputs that read it of w dy</c>. Overwrites dx.</summary>
    public static void BackwardData(in ConvolutionProblem problem, ReadOnlySpan<double> dy, ReadOnlySpan<double> w, Span<double> dx)
    {
        problem.Check(dx.Length, w.Length, dy.Length);
        dx.Clear();
        foreach (ConvolutionRun run in new ConvolutionRuns(problem))
        {
            for (int i = 0; i < run.Count; i++) dx[run.X + i * problem.StrideW] += w[run.W] * dy[run.Y + i];
        }
    }

    /// <summary><c>dw += sum over images and positions of x dy</c>. Accumulates.</summary>
    public static void BackwardWeights(in ConvolutionProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dw)
    {
        problem.Check(x.Length, dw.Length, dy.Length);
        foreach (ConvolutionRun run in new ConvolutionRuns(problem))
        {
            for (int i = 0; i < run.Count; i++) dw[run.W] += x[run.X + i * problem.StrideW] * dy[run.Y + i];
        }
    }

    /// <summary><c>db[k] += sum over images and positions of dy</c>. Accumulates.</summary>
    public static void BackwardBias(in ConvolutionProblem problem, ReadOnlySpan<double> dy, Span<double> db)
    {
        Guard.Length(dy.Length, problem.LengthY);
        Guard.Length(db.Length, problem.Filters);
        int plane = problem.OutputHeight * problem.OutputWidth;
        for (int i = 0; i < dy.Length; i++) db[i / plane % problem.Filters] += dy[i];
    }
}
