using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>
/// Operations on activations whose channels lie together, <c>[N,H,W,C]</c>: those of the same names on <c>[N,C,H,W]</c>, between two changes of the order.
/// </summary>
public static class ChannelsLast
{
    /// <summary>Overwrites what of y belongs to the problem; bias and added are empty when the problem has none.</summary>
    public static void Convolution(
        in ChannelsLastConvolutionProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> w, ReadOnlySpan<double> bias, ReadOnlySpan<double> added, Span<double> y)
    {
        problem.Check(x.Length, w.Length, bias.Length, added.Length, y.Length);
        ConvolutionProblem convolution = problem.Convolution;
        int spatial = convolution.OutputHeight * convolution.OutputWidth;
        double[] planes = new double[convolution.LengthY];
        Reference.Convolution.Forward(
            convolution with { Relu = false },
            problem.Planar ? x : ToPlanes(x, convolution.Batch, convolution.Channels, convolution.Height * convolution.Width), w, bias, planes);
        for (int pixel = 0; pixel < problem.Pixels; pixel++)
        {
            for (int k = 0; k < convolution.Filters; k++)
            {
                double value = planes[(pixel / spatial * convolution.Filters + k) * spatial + pixel % spatial];
                if (problem.Adds) value += added[pixel * convolution.Filters + k];
                y[pixel * problem.OutputChannels + k] = convolution.Relu ? Math.Min(Math.Max(value, 0), convolution.Ceiling) : value;
            }
        }
    }

    /// <summary>Maximum pooling of x <c>[N,H,W,C]</c>. Overwrites y <c>[N,OH,OW,C]</c>.</summary>
    public static void MaxPooling(in PoolingProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        double[] planes = new double[problem.LengthY];
        Reference.MaxPooling.Forward(problem, ToPlanes(x, problem.Batch, problem.Channels, problem.Height * problem.Width), planes, new int[problem.LengthY]);
        int spatial = problem.OutputHeight * problem.OutputWidth;
        for (int i = 0; i < planes.Length; i++)
            y[(i / spatial / problem.Channels * spatial + i % spatial) * problem.Channels + i / spatial % problem.Channels] = planes[i];
    }

    /// <summary>y[N,C] = the mean of x <c>[N,S,C]</c>. Overwrites y.</summary>
    public static void GlobalPooling(in GlobalPoolingProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        Reference.GlobalPooling.Forward(problem, ToPlanes(x, problem.Batch, problem.Channels, problem.Spatial), y);
    }

    private static double[] ToPlanes(ReadOnlySpan<double> x, int batch, int channels, int spatial)
    {
        double[] planes = new double[x.Length];
        for (int n = 0; n < batch; n++)
            for (int s = 0; s < spatial; s++)
                for (int c = 0; c < channels; c++) planes[(n * channels + c) * spatial + s] = x[(n * spatial + s) * channels + c];
        return planes;
    }
}
