using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

public class BatchRenormalizationTests
{
    private const int Channels = 3;

    private static readonly BatchNormalizationProblem s_sizes = new(4, Channels, 2, momentum: 0.3f);

    [Test]
    public void WithoutRoomForCorrectionsItIsBatchNormalization()
    {
        Pass plain = new(), corrected = new();
        BatchNormalization.Forward(
            s_sizes, plain.X, plain.Gamma, plain.Beta, plain.RunningMean, plain.RunningVariance, plain.Mean, plain.Inverse, plain.Y);
        corrected.Forward(new(s_sizes, 1, 0));
        Assert.That(corrected.Y, Is.EqualTo(plain.Y).Within(1e-14));
        Assert.That(corrected.RunningMean, Is.EqualTo(plain.RunningMean));
        Assert.That(corrected.RunningVariance, Is.EqualTo(plain.RunningVariance));
    }

    [Test]
    public void WithEnoughRoomItNormalisesByTheRunningStatistics()
    {
        Pass pass = new(), inference = new();
        pass.Forward(new(s_sizes, 1e6f, 1e6f));
        BatchNormalization.Inference(s_sizes, inference.X, inference.Gamma, inference.Beta, inference.RunningMean, inference.RunningVariance, inference.Y);
        Assert.That(pass.Y, Is.EqualTo(inference.Y).Within(1e-12));
    }

    [Test]
    public void CorrectionsAreClipped()
    {
        var pass = new Pass();
        pass.Forward(new(s_sizes, 1.25f, 0.5f));
        Assert.That(pass.Corrections[..2], Is.EqualTo(new[] { 1.25, 0.8 }).Within(1e-7));
        double[] last = [.. pass.X.Where((_, i) => i / s_sizes.Spatial % Channels == 2)];
        double deviation = Math.Sqrt(last.Average(x => x * x) - last.Average() * last.Average());
        Assert.That(pass.Corrections[2], Is.EqualTo(deviation / Math.Sqrt(2)).Within(1e-4).And.InRange(0.85, 1.2), "of the last channel nothing is clipped");
        Assert.That(pass.Corrections[Channels..], Is.EqualTo(new[] { -0.5, 0.5, (last.Average() - 3) / Math.Sqrt(2) }).Within(1e-4));
    }

    [Test]
    public void GradientTakesTheCorrectionsForConstants()
    {
        var problem = new BatchRenormalizationProblem(s_sizes, 1.25f, 0.5f);
        var pass = new Pass();
        pass.Forward(problem);
        double[] dy = [.. Enumerable.Range(0, s_sizes.LengthX).Select(i => Math.Cos(3 * i))], dx = new double[dy.Length];
        BatchRenormalization.Backward(
            problem, pass.X, dy, pass.Gamma, pass.Mean, pass.Inverse, pass.Corrections, new double[Channels], new double[Channels], dx);
        for (int i = 0; i < dx.Length; i++)
        {
            const double H = 1e-6;
            double numeric = (Loss(i, H) - Loss(i, -H)) / (2 * H);
            Assert.That(dx[i], Is.EqualTo(numeric).Within(1e-8), $"element {i}");
        }

        double Loss(int at, double step)
        {
            var moved = new Pass();
            moved.X[at] += step;
            double loss = 0;
            for (int c = 0; c < Channels; c++)
            {
                double[] own = [.. Enumerable.Range(0, moved.X.Length).Where(i => i / s_sizes.Spatial % Channels == c).Select(i => moved.X[i])];
                double mean = own.Average(), deviation = Math.Sqrt(own.Average(x => (x - mean) * (x - mean)) + s_sizes.Epsilon);
                for (int i = 0; i < moved.X.Length; i++)
                {
                    if (i / s_sizes.Spatial % Channels != c) continue;
                    double h = (moved.X[i] - mean) / deviation * pass.Corrections[c] + pass.Corrections[Channels + c];
                    loss += dy[i] * (moved.Gamma[c] * h + moved.Beta[c]);
                }
            }
            return loss;
        }
    }

    // The first channel spreads more than its running statistics, the second less, and their means lie on both sides; the last is near its own.
    private sealed class Pass
    {
        public readonly double[] X = [.. Enumerable.Range(0, s_sizes.LengthX).Select(i => (i / 2 % Channels) switch
        {
            0 => -3 + 4 * Math.Sin(i), 1 => 2 + 0.7 * Math.Sin(i), _ => 5 + 4 * Math.Sin(i),
        })];

        public readonly double[] Gamma = [1.5, -0.5, 0.75], Beta = [0.1, 0.2, -0.3], RunningMean = [0, 0, 3], RunningVariance = [1, 1, 2];
        public readonly double[] Mean = new double[Channels], Inverse = new double[Channels], Corrections = new double[2 * Channels];
        public readonly double[] Y = new double[s_sizes.LengthX];

        public void Forward(in BatchRenormalizationProblem problem) => BatchRenormalization.Forward(
            problem, X, Gamma, Beta, RunningMean, RunningVariance, Mean, Inverse, Corrections, Y);
    }
}
