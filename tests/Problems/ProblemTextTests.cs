using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Problems;

public class ProblemTextTests
{
    [TestCase("mb8ic64ih56oc64kh3ph1")]
    [TestCase("mb2g2ic4ih9iw7oc6kh3kw2sh2sw1ph1pw0dh2dw1bias1")]
    [TestCase("mb1ic2ih8oc2kh3sh2th1tw0bias1relu1ceil0.1")]
    public void ConvolutionTextParsesBack(string text) =>
        Assert.That(ConvolutionProblem.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase("n4096rate0.1")]
    [TestCase("n4096rate0.3mom0.99decay0.0005")]
    [TestCase("n7rate0.0000003decay0.00000001")]
    [TestCase("n4096")]
    public void MomentumSgdTextParsesBack(string text) =>
        Assert.That(MomentumSgdProblem.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase("n4096rate0.1t7")]
    [TestCase("n4096rate0.00003t1000decay0.0005")]
    [TestCase("n4096")]
    public void AdamTextParsesBack(string text) =>
        Assert.That(AdamProblem.Parse(text).ToString(), Is.EqualTo(text));

    [Test]
    public void ConvolutionOutputFollowsStrideAndDilation()
    {
        var problem = ConvolutionProblem.Parse("ic3ih224oc64kh11sh4ph2");
        Assert.That((problem.OutputHeight, problem.OutputWidth), Is.EqualTo((55, 55)));
        Assert.That(problem.Flops, Is.EqualTo(2L * 55 * 55 * 64 * 3 * 11 * 11));
        Assert.That(ConvolutionProblem.Parse("ic1ih7oc1kh3dh2").OutputHeight, Is.EqualTo(3));
    }

    [TestCase("n7")]
    [TestCase("n4096ceil6")]
    [TestCase("n7ceil0.1")]
    public void ReluTextParsesBack(string text) => Assert.That(ReluProblem.Parse(text).ToString(), Is.EqualTo(text));

    [Test]
    public void TrailingPaddingAddsOutputsAtTheEnd()
    {
        var problem = ConvolutionProblem.Parse("ic1ih224iw225oc1kh3sh2th1");
        Assert.That((problem.OutputHeight, problem.OutputWidth), Is.EqualTo((112, 112)));
        Assert.That((problem with { Relu = true, Ceiling = 6 }).ToString(), Does.EndWith("th1relu1ceil6"));
    }

    [TestCase("ic1ih4oc1kh3ceil6", "'ceil' is for rectified outputs; it needs relu1")]
    [TestCase("ic1ih4oc1kh3relu1ceil0", "Ceiling is 0; it must be above 0")]
    [TestCase("ic1ih4oc1kh7th2", "a kernel reaching over 7 exceeds the padded height of 6")]
    public void BadConvolutionTextIsNamed(string text, string message) =>
        Assert.That(() => ConvolutionProblem.Parse(text), Throws.InstanceOf<ArgumentException>().With.Message.Contains(message));

    [Test]
    public void BoundsOfAProblemAreNamed()
    {
        Assert.That(() => new ReluProblem(3, float.NaN), Throws.InstanceOf<ArgumentException>().With.Message.StartsWith("ceiling is NaN; it must be above 0."));
        Assert.That(() => new ConvolutionProblem(1, 1, 4, 4, 1, 3, 3, trailW: -1), Throws.InstanceOf<ArgumentException>().With.Message.StartsWith("trailW is -1; the least is 0."));
    }

    [TestCase("m4n4", "'k' is missing")]
    [TestCase("m4n4k4z1", "unknown key 'z'")]
    [TestCase("m4n4k4m5", "'m' is given twice")]
    [TestCase("m4n4k4.5", "not an integer")]
    [TestCase("m4n4k4ta2", "'ta' is 2")]
    [TestCase("m4 n=4", "position 3")]
    [TestCase("m0n4k4", "m is 0; the least is 1")]
    public void BadTextIsNamed(string text, string message) =>
        Assert.That(() => GemmProblem.Parse(text), Throws.InstanceOf<ArgumentException>().With.Message.Contains(message));

    [Test]
    public void SizesBeyondASpanAreRefused() =>
        Assert.That(() => new GemmProblem(65536, 65536, 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("C would have"));
}
