using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>What the cases of channels that lie together cannot say.</summary>
public class ChannelsLastTests
{
    [TestCase("mb2ic20ih5oc40kh1bias1relu1ceil6")]
    [TestCase("mb1ic5ih7oc70kh3ph1bias1relu1")]
    [TestCase("mb1g20ic20ih5oc20kh3ph1bias1relu1ceil6")]
    [TestCase("mb1ic3ih9oc24kh3sh2ph1bias1relu1ceil6planar1")]
    public void WhatIsNoNumberIsNotRectifiedAway(string text)
    {
        ChannelsLastConvolutionProblem problem = ChannelsLastConvolutionProblem.Parse(text);
        using var host = new HostBackend(2) { ProductMath = ProductMath.Exact };
        using var reference = new ReferenceBackend();
        float[] actual = Run(host, problem), expected = Run(reference, problem);
        Assert.That(expected.Count(float.IsNaN), Is.InRange(1, expected.Length - 1));
        Assert.That(actual.Select(float.IsNaN), Is.EqualTo(expected.Select(float.IsNaN)));
    }

    [Test]
    public void ExactMathLeavesOutMinimalFiltering()
    {
        var problem = ChannelsLastConvolutionProblem.Parse("mb1ic64ih28oc64kh3ph1");
        using var backend = new HostBackend(1);
        KernelLadder ladder = backend.Ladders.Single(other => other.Operation == "ChannelsLastConvolution");
        Assert.That(ladder.Find(ladder.Choose(problem).Variant).Math, Is.EqualTo(ProductMath.Fp32));
        backend.ProductMath = ProductMath.Exact;
        Assert.That(ladder.Find(ladder.Choose(problem).Variant).Math, Is.EqualTo(ProductMath.Exact));
    }

    private static float[] Run(IBackend backend, ChannelsLastConvolutionProblem problem)
    {
        ConvolutionProblem p = problem.Convolution;
        float[] x = Values(p.LengthX, 1), y = new float[problem.LengthY];
        x[p.LengthX / 2] = float.NaN;
        using DeviceBuffer images = Upload(backend, x), w = Upload(backend, Values(p.LengthW, 2)), bias = Upload(backend, Values(p.Filters, 3)), outputs = Upload(backend, y);
        ((IChannelsLast)backend).ChannelsLastConvolution(problem, images.As<float>(), w.As<float>(), bias.As<float>(), default, outputs.As<float>());
        backend.Download(outputs.As<float>(), y.AsSpan());
        return y;
    }

    private static float[] Values(int length, ulong key) => [.. Enumerable.Range(0, length).Select(i => 2 * CounterRandom.Uniform(key, i) - 1)];

    private static DeviceBuffer Upload(IBackend backend, float[] values)
    {
        DeviceBuffer buffer = backend.Allocate<float>(values.Length);
        backend.Upload<float>(values, buffer.As<float>());
        return buffer;
    }
}
