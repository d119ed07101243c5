using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>The accuracy that the documentation states.</summary>
[TestFixture]
public class TanhTests
{
    [Test]
    public void IsWithinTwoUlpsOverTheWholeLine()
    {
        // Every 64th positive float from the smallest normal number to 20, where the result is 1.
        int first = BitConverter.SingleToInt32Bits(1.17549435e-38f), last = BitConverter.SingleToInt32Bits(20f), count = (last - first) / 64;
        float[] x = new float[count], y = new float[count];
        for (int i = 0; i < count; i++) x[i] = (i % 2 == 0 ? 1 : -1) * BitConverter.Int32BitsToSingle(first + 64 * i);
        using var team = new ThreadTeam(2);
        Tanh.Forward(new ElementwiseProblem(count), x, y, team);
        double worst = 0;
        float at = 0;
        for (int i = 0; i < count; i++)
        {
            double exact = Math.Tanh(x[i]);
            float nearest = Math.Abs((float)exact);
            double ulps = Math.Abs(y[i] - exact) / (MathF.BitIncrement(nearest) - nearest);
            if (ulps > worst) (worst, at) = (ulps, x[i]);
        }
        TestContext.Out.WriteLine($"largest error {worst:0.00} ulp at {at}");
        Assert.That(worst, Is.LessThan(2));
    }

    [Test]
    public void LimitsAreExact()
    {
        // By vectors of any width, and by single lanes.
        float[] limits = [0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 50f, -1e30f, 1e-40f];
        float[] x = [.. limits, .. limits, 0f, .. limits];
        float[] y = new float[x.Length];
        using var team = new ThreadTeam(1);
        Tanh.Forward(new ElementwiseProblem(x.Length), x, y, team);
        float[] expected = [0f, -0f, 1f, -1f, float.NaN, 1f, -1f, 1e-40f];
        float[] all = [.. expected, .. expected, 0f, .. expected];
        Assert.That(y, Is.EqualTo(all));
        for (int i = 0; i < all.Length; i++) Assert.That(float.IsNegative(y[i]), Is.EqualTo(float.IsNegative(x[i])), $"the sign of tanh({x[i]})");
    }
}
