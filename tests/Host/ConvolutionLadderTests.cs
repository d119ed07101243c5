using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>What the host's rule chooses, and what it must not.</summary>
public sealed class ConvolutionLadderTests
{
    private const string Operation = "ConvolutionForward", Weights = "ConvolutionBackwardWeights";

    private readonly HostBackend _backend = new(1);

    [OneTimeTearDown]
    public void TearDown() => _backend.Dispose();

    // A network's layers; one of three channels; one tile's worth of positions; what minimal filtering cannot compute.
    [TestCase("mb8ic64ih56oc64kh3ph1", "F(4x4,3x3)")]
    [TestCase("mb1ic512ih7oc512kh3ph1", "F(2x2,3x3)", "product", "direct")]
    [TestCase("mb1ic64ih13oc256kh3ph1", "F(4x4,3x3)", "F(2x2,3x3)", "direct")]
    [TestCase("mb8ic3ih224oc64kh3ph1", "direct")]
    [TestCase("mb8ic64ih56oc64kh3ph1sh2", "direct")]
    [TestCase("mb8ic64ih56oc64kh5ph2", "F(2x2,5x5)")]
    [TestCase("mb8ic64ih56oc64kh5ph5", "direct", "product")]
    [TestCase("mb8g2ic64ih56oc64kh3ph1", "direct")]
    [TestCase("mb8ic64ih56oc64kh3ph3", "direct", "product")]
    [TestCase("mb8ic64ih56oc64kh1", "direct")]
    [TestCase("mb1g96ic96ih28oc96kh3sh2th1", "depthwise")]
    [TestCase("mb8ic512ih7oc512kh1", "product")]
    public void TheRuleChooses(string problem, params string[] allowed)
    {
        KernelLadder ladder = Ladder(Operation);
        Assert.That(allowed, Does.Contain(ladder.Find(ladder.Choose(ConvolutionProblem.Parse(problem)).Variant).Name));
    }

    // Sums of few channels and of many; channels that fill no panel; few tiles for many sums; what minimal filtering cannot compute.
    [TestCase("mb8ic64ih56oc64kh3ph1", "F(3x3,4x4)")]
    [TestCase("mb8ic256ih14oc256kh3ph1", "F(3x3,4x4)")]
    [TestCase("mb8ic1ih28oc8kh3ph1", "product")]
    [TestCase("mb8ic512ih7oc512kh3ph1", "F(3x3,4x4)")]
    [TestCase("mb1ic512ih3oc512kh3ph1", "product")]
    [TestCase("mb8ic64ih27oc192kh5ph2", "F(5x5,2x2)")]
    [TestCase("mb8ic64ih56oc64kh5ph5", "product")]
    [TestCase("mb8ic64ih56oc64kh3ph1sh2", "product")]
    [TestCase("mb8g2ic64ih56oc64kh3ph1", "product")]
    [TestCase("mb8ic64ih56oc64kh1", "product")]
    [TestCase("mb8g96ic96ih28oc96kh3ph1", "depthwise", "depthwise")]
    public void TheRuleChoosesForTheGradientOfTheWeights(string problem, string expected, string exact = "product")
    {
        Assert.That(Chosen(), Is.EqualTo(expected));
        _backend.ProductMath = ProductMath.Exact;
        Assert.That(Chosen(), Is.EqualTo(exact));
        _backend.ProductMath = ProductMath.Fp32;

        string Chosen() => Ladder(Weights).Find(Ladder(Weights).Choose(ConvolutionProblem.Parse(problem)).Variant).Name;
    }

    // Transforming filters counts no more.
    [TestCase("mb1ic512ih7oc512kh3ph1", "F(2x2,3x3)", "F(4x4,3x3)")]
    [TestCase("mb1ic64ih13oc256kh3ph1", "F(4x4,3x3)", "F(2x2,3x3)")]
    [TestCase("mb8ic64ih56oc64kh3ph1", "F(4x4,3x3)")]
    [TestCase("mb1g96ic96ih28oc96kh3sh2th1", "depthwise")]
    [TestCase("mb8ic512ih7oc512kh1", "product", "direct")]
    public void TheRuleChoosesForPreparedFilters(string text, params string[] allowed)
    {
        ConvolutionProblem problem = ConvolutionProblem.Parse(text);
        using DeviceBuffer w = _backend.Allocate<float>(problem.LengthW);
        using var filters = (HostPreparedFilters)_backend.PrepareFilters(problem, w.As<float>());
        Assert.That(allowed, Does.Contain(Ladder(Operation).Find(filters.Variant).Name));
    }

    [Test]
    public void ExactLeavesOutMinimalFiltering()
    {
        ConvolutionProblem problem = ConvolutionProblem.Parse("mb8ic64ih56oc64kh3ph1");
        foreach (string operation in (string[])[Operation, "ConvolutionBackwardData"])
        {
            Assert.That(Chosen(), Is.EqualTo("F(4x4,3x3)"));
            _backend.ProductMath = ProductMath.Exact;
            Assert.That(Chosen(), Is.EqualTo("direct"));
            _backend.ProductMath = ProductMath.Fp32;
            Assert.That(Chosen(), Is.EqualTo("F(4x4,3x3)"));

            string Chosen() => Ladder(operation).Find(Ladder(operation).Choose(problem).Variant).Name;
        }
        Assert.That(() => _backend.ProductMath = ProductMath.Tf32, Throws.TypeOf<NotSupportedException>().With.Message.Contains("does not round"));
    }

    // Once warm, a call allocates nothing, in any way to compute it.
    [TestCase(Operation, "mb2ic16ih24oc16kh3ph1", 1)]
    [TestCase(Operation, "mb2ic16ih24oc16kh3ph1", 2)]
    [TestCase(Operation, "mb2ic16ih24oc16kh3ph1", 3)]
    [TestCase(Operation, "mb2ic16ih24oc16kh3ph1", 4)]
    [TestCase(Operation, "mb2ic16ih24oc16kh5ph2", 5)]
    [TestCase(Operation, "mb2g16ic16ih24oc16kh3ph1", 6)]
    [TestCase(Weights, "mb2ic16ih24oc16kh3ph1", 1)]
    [TestCase(Weights, "mb2ic16ih24oc16kh3ph1", 2)]
    [TestCase(Weights, "mb2ic16ih24oc16kh5ph2", 3)]
    public void NothingIsAllocatedOnceWarm(string operation, string text, int variant)
    {
        ConvolutionProblem p = ConvolutionProblem.Parse(text);
        using DeviceBuffer memory = _backend.Allocate(4L * (p.LengthX + p.LengthW + p.LengthY));
        using var forced = new ForcedChoice(Ladder(operation), new KernelChoice(variant));
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run()
        {
            DeviceSpan<float> x = memory.Slice<float>(0, p.LengthX), w = memory.Slice<float>(4L * p.LengthX, p.LengthW);
            DeviceSpan<float> y = memory.Slice<float>(4L * (p.LengthX + p.LengthW), p.LengthY);
            if (operation == Operation) _backend.ConvolutionForward(p, x, w, default, y);
            else _backend.ConvolutionBackwardWeights(p, x, y, w);
        }
    }

    // Chunks of tiles by points, and by pairs of panels.
    [TestCase("mb1ic2ih70iw300oc3kh3ph1", 2)]
    [TestCase("mb2ic200ih40oc60kh3ph1", 2)]
    [TestCase("mb2ic200ih20oc60kh5ph2", 3)]
    public void TheGradientOfTheWeightsDoesNotDependOnThreads(string text, int variant)
    {
        ConvolutionProblem p = ConvolutionProblem.Parse(text);
        float[] x = Uniform(p.LengthX), dy = Uniform(p.LengthY);
        using var others = new HostBackend(3);
        Assert.That(Gradient(others), Is.EqualTo(Gradient(_backend)));

        float[] Gradient(HostBackend backend)
        {
            using DeviceBuffer memory = backend.Allocate(4L * (p.LengthX + p.LengthW + p.LengthY));
            DeviceSpan<float> dw = memory.Slice<float>(0, p.LengthW), images = memory.Slice<float>(4L * p.LengthW, p.LengthX);
            DeviceSpan<float> gradient = memory.Slice<float>(4L * (p.LengthW + p.LengthX), p.LengthY);
            var result = new float[p.LengthW];
            backend.Upload(result, dw);
            backend.Upload(x, images);
            backend.Upload(dy, gradient);
            using var forced = new ForcedChoice(backend.Ladders.Single(ladder => ladder.Operation == Weights), new KernelChoice(variant));
            backend.ConvolutionBackwardWeights(p, images, gradient, dw);
            backend.Download(dw, result.AsSpan());
            return result;
        }

        static float[] Uniform(int length) => [.. Enumerable.Range(0, length).Select(i => 2 * CounterRandom.Uniform(17, i) - 1)];
    }

    private KernelLadder Ladder(string operation) => _backend.Ladders.Single(ladder => ladder.Operation == operation);
}
