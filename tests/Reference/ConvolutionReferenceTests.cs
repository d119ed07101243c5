using JaccardKernels.Cases;
using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

public class ConvolutionReferenceTests
{
    [Test]
    public void KnownImageAndKernel()
    {
        double[] x = [1, 2, 3, 4, 5, 6, 7, 8, 9], w = [1, 0, 0, -1], y = new double[4];
        Convolution.Forward(ConvolutionProblem.Parse("ic1ih3oc1kh2"), x, w, [], y);
        Assert.That(y, Is.EqualTo([1 - 5, 2 - 6, 4 - 8, 5 - 9]));
    }

    /// <summary>The formula itself, one output at a time, against the runs of outputs that the reference walks.</summary>
    [TestCaseSource(nameof(Problems))]
    public void EveryOutputIsTheFormula(string text)
    {
        ConvolutionProblem p = ConvolutionProblem.Parse(text);
        ReferenceValues values = CaseCatalog.Find("ConvolutionForward").Parse(text).Fill(5, FillMode.Integers);
        ReadOnlySpan<double> x = values["x"], w = values["w"], bias = values["bias"];
        var y = new double[p.LengthY];
        Convolution.Forward(p, x, w, bias, y);
        for (int i = 0; i < y.Length; i++)
        {
            int ow = i % p.OutputWidth, oh = i / p.OutputWidth % p.OutputHeight, k = i / (p.OutputWidth * p.OutputHeight) % p.Filters;
            int n = i / (p.OutputWidth * p.OutputHeight * p.Filters), group = k / (p.Filters / p.Groups);
            double sum = p.Bias ? bias[k] : 0;
            for (int t = 0; t < p.PatchLength; t++)
            {
                int s = t % p.KernelW, r = t / p.KernelW % p.KernelH, c = t / (p.KernelW * p.KernelH);
                int ih = oh * p.StrideH - p.PadH + r * p.DilationH, iw = ow * p.StrideW - p.PadW + s * p.DilationW;
                bool inside = ih >= 0 && ih < p.Height && iw >= 0 && iw < p.Width;
                if (inside) sum += w[k * p.PatchLength + t] * x[((n * p.Channels + group * p.GroupChannels + c) * p.Height + ih) * p.Width + iw];
            }
            Assert.That(y[i], Is.EqualTo(p.Relu ? Math.Min(Math.Max(sum, 0), p.Ceiling) : sum), $"output {i}");
        }
    }

    /// <summary>
    /// A convolution is linear in x and in w, so the three passes share one inner product: (y, dy) = (x, dx) = (w, dw). A rectified one is linear where
    /// y is positive, and elsewhere its dy is zero.
    /// </summary>
    [TestCaseSource(nameof(Problems))]
    public void PassesAreTransposesOfEachOther(string text)
    {
        ConvolutionProblem p = ConvolutionProblem.Parse(text);
        ReferenceValues forward = CaseCatalog.Find("ConvolutionForward").Parse(text).Fill(5, FillMode.Integers);
        ReferenceValues backward = CaseCatalog.Find("ConvolutionBackwardData").Parse(text).Fill(6, FillMode.Integers);
        ReadOnlySpan<double> x = forward["x"], w = forward["w"];
        double[] dy = ((ReadOnlySpan<double>)backward["dy"]).ToArray(), y = new double[p.LengthY], dx = new double[p.LengthX], dw = new double[p.LengthW];
        Convolution.Forward(p, x, w, new double[p.LengthBias], y);
        if (p.Relu) Relu.Backward(new(p.LengthY, p.Ceiling), dy, y, dy);
        Convolution.BackwardData(p, dy, w, dx);
        Convolution.BackwardWeights(p, x, dy, dw);
        double product = Dot(y, dy);
        Assert.That(Dot(dx, x), Is.EqualTo(product));
        Assert.That(Dot(dw, w), Is.EqualTo(product));
    }

    private static IEnumerable<string> Problems() => CaseCatalog.Find("ConvolutionForward").Problems;

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
