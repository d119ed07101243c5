using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>A channel far from zero keeps its digits.</summary>
[TestFixture]
public class BatchNormalizationTests
{
    [TestCase("mb4ic3sp1000")]
    [TestCase("mb2000ic3")]
    [TestCase("mb130ic2sp49")]
    public void ALargeMeanCostsNothing(string text)
    {
        BatchNormalizationProblem problem = BatchNormalizationProblem.Parse(text);
        var x = new float[problem.LengthX];
        // Multiples of 1/1024 around 1000 are floats exactly, so all error is the kernel's.
        for (int i = 0; i < x.Length; i++) x[i] = 1000f + (int)(CounterRandom.Bits(CounterRandom.Key(9, 0), i) % 1024u) / 1024f;
        float[] gamma = [1, 1, 1], beta = [0, 0, 0], runningMean = new float[3], runningVariance = new float[3], mean = new float[3], inverse = new float[3];
        var y = new float[x.Length];
        int c = problem.Channels;
        using var team = new ThreadTeam(2);
        BatchNormalization.Forward(
            problem, x, gamma.AsSpan(0, c), beta.AsSpan(0, c), runningMean.AsSpan(0, c), runningVariance.AsSpan(0, c), mean.AsSpan(0, c), inverse.AsSpan(0, c), y, team);
        double error = 0, power = 0;
        for (int channel = 0; channel < c; channel++)
        {
            int[] at = [.. Enumerable.Range(0, x.Length).Where(i => i / problem.Spatial % c == channel)];
            double average = at.Average(i => (double)x[i]), variance = at.Average(i => (x[i] - average) * (x[i] - average));
            foreach (int i in at)
            {
                double expected = (x[i] - average) / Math.Sqrt(variance + problem.Epsilon);
                error += (y[i] - expected) * (y[i] - expected);
                power += expected * expected;
            }
        }
        TestContext.Out.WriteLine($"NMSE {error / power:0.0e+0}");
        Assert.That(error / power, Is.LessThan(1e-13));
    }
}
