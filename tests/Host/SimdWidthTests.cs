using JaccardKernels.Host;

namespace JaccardKernels.Tests.Host;

public class SimdWidthTests
{
    /// <summary>The runs of other widths set both the runtime's switch and JK_TEST_SIMD: a switch that the runtime no longer knows must not pass unseen.</summary>
    [Test]
    public void TheWidthIsTheOneAskedFor() =>
        Assert.That(SimdWidth.Name, Is.EqualTo(Environment.GetEnvironmentVariable("JK_TEST_SIMD") ?? SimdWidth.Name).And.Not.Empty);
}
