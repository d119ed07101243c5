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
        int c = problem.Channels;
        float[] gamma = [.. Enumerable.Repeat(1f, c)], beta = new float[c], y = new float[x.Length];
        float[] runningMean = new float[c], runningVariance = new float[c], mean = new float[c], inverse = new float[c];
        using var team = new ThreadTeam(2);
        BatchNormalization.Forward(problem, x, gamma, beta, runningMean, runningVariance, mean, inverse, y, team);
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
