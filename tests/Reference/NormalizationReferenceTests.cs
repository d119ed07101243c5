using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

public class NormalizationReferenceTests
{
    // Of three channels and a window of three, by hand: 1 + 0.5 (1 + 4), 1 + 0.5 (1 + 4 + 9), 1 + 0.5 (4 + 9), to the power of -0.5.
    [Test]
    public void LocalResponsesAreDividedByThoseAround()
    {
        var y = new double[3];
        LocalResponseNormalization.Forward(new LocalResponseNormalizationProblem(1, 3, 1, 3, 0.5f, 0.5f, 1), [1, 2, -3], y);
        Assert.That(y, Is.EqualTo(new[] { 1 / Math.Sqrt(3.5), 2 / Math.Sqrt(8), -3 / Math.Sqrt(7.5) }).Within(1e-12));
    }

    [Test]
    public void CoordinatesGoFromSideToSide()
    {
        var y = new double[3 * 6];
        CoordinateChannels.Run(new CoordinateChannelsProblem(1, 1, 2, 3, 50), [1, 2, 3, 4, 5, 6], y);
        Assert.That(y, Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6, -50, 0, 50, -50, 0, 50, -50, -50, -50, 50, 50, 50 }));
    }

    [Test]
    public void EvenWindowsAreRefused() =>
        Assert.That(
            () => new LocalResponseNormalizationProblem(1, 3, 1, 4), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("window is 4"));
}
