using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Cases;

/// <summary>Maximum pooling where nobody asks for the positions.</summary>
public sealed class MaxPoolingTests
{
    private static IEnumerable<TestCaseData> Problems =>
        from backend in Backends.Chosen from problem in (string[])["mb2ic3ih13iw17kh3sh2ph1", "mb1ic2ih9iw40kh2"] select new TestCaseData(backend, problem);

    [TestCaseSource(nameof(Problems))]
    public void TheMaximaAreTheSameWithoutPositions(string backend, string text)
    {
        IBackend device = Backends.Open(backend)[0];
        PoolingProblem problem = PoolingProblem.Parse(text);
        var random = new Random(3);
        float[] x = new float[problem.LengthX], expected = new float[problem.LengthY], y = new float[problem.LengthY];
        for (int i = 0; i < x.Length; i++) x[i] = random.Next(-9, 9);
        using DeviceBuffer input = device.Allocate<float>(x.Length), output = device.Allocate<float>(y.Length), positions = device.Allocate<int>(y.Length);
        device.Upload<float>(x, input.As<float>());
        device.MaxPoolingForward(problem, input.As<float>(), output.As<float>(), positions.As<int>());
        device.Download(output.As<float>(), expected.AsSpan());
        device.Fill(new ElementwiseProblem(y.Length), float.NaN, output.As<float>());
        device.MaxPoolingForward(problem, input.As<float>(), output.As<float>(), default);
        device.Download(output.As<float>(), y.AsSpan());
        Assert.That(y, Is.EqualTo(expected));
    }
}
