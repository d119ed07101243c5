using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Gpu;

[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class BatchNormalizationTests(string kind)
{
    /// <summary>
    /// Eighths between 8192 and 8193: every value is exact in fp32, and the difference of squares of 6.7e7 would leave nothing of a variance of 0.1.
    /// A first value far from all others must do no harm either.
    /// </summary>
    [TestCase(4, 37, false)]
    [TestCase(3, 64, false)]
    [TestCase(4, 37, true)]
    [TestCase(9, 801, true)]
    public void VarianceSurvivesALargeMean(int batch, int spatial, bool firstIsDark)
    {
        const int Channels = 2;
        var problem = new BatchNormalizationProblem(batch, Channels, spatial, 1e-5f, 0.1f);
        var x = new float[problem.LengthX];
        for (int i = 0; i < x.Length; i++) x[i] = 8192 + CounterRandom.Bits(3, i) % 8 / 8f;
        if (firstIsDark) (x[0], x[spatial]) = (0, 0);
        using GpuBackend backend = GpuKinds.Open(kind);
        using DeviceBuffer input = backend.Allocate<float>(x.Length), y = backend.Allocate<float>(x.Length), rest = backend.Allocate<float>(6 * 64);
        DeviceSpan<float>[] p = [.. Enumerable.Range(0, 6).Select(i => rest.Slice<float>(i * 256, Channels))];
        backend.Upload<float>(x, input.As<float>());
        backend.BatchNormalizationForward(problem, input.As<float>(), p[0], p[1], p[2], p[3], p[4], p[5], y.As<float>());
        float[] means = new float[Channels], inverses = new float[Channels];
        backend.Download(p[4], means.AsSpan());
        backend.Download(p[5], inverses.AsSpan());
        for (int channel = 0; channel < Channels; channel++)
        {
            double[] values = [.. x.Where((_, i) => i / spatial % Channels == channel).Select(value => (double)value)];
            double mean = values.Average(), variance = values.Average(value => (value - mean) * (value - mean));
            Assert.That(means[channel], Is.EqualTo(mean).Within(1e-3), "one last place at 8192");
            Assert.That(inverses[channel], Is.EqualTo(1 / Math.Sqrt(variance + 1e-5)).Within(1e-5 / Math.Sqrt(variance)));
        }
    }
}
