using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>Maximum pooling of what is no number, and what it refuses.</summary>
public sealed class MaxPoolingTests
{
    [TestCase(true)]
    [TestCase(false)]
    public void WhatIsNoNumberIsNotHidden(bool withPositions)
    {
        PoolingProblem problem = PoolingProblem.Parse("mb1ic1ih4iw21kh3sh1ph1");
        var x = new float[problem.LengthX];
        x[2 * 21 + 9] = float.NaN;
        float[] y = new float[problem.LengthY];
        int[] positions = withPositions ? new int[y.Length] : [];
        using var team = new ThreadTeam(1);
        MaxPooling.Forward(problem, x, y, positions, team);
        for (int i = 0; i < y.Length; i++) Assert.That(float.IsNaN(y[i]), Is.EqualTo(i / 21 is >= 1 and <= 3 && i % 21 is >= 8 and <= 10), $"{i}");
        Assert.That(positions, Is.All.InRange(0, x.Length - 1));
        x.AsSpan().Fill(float.NaN);
        MaxPooling.Forward(problem, x, y, positions, team);
        Assert.That(y, Is.All.NaN);
    }

    [Test]
    public void PositionsBeyondWhatFloatsCountAreRefused()
    {
        PoolingProblem problem = PoolingProblem.Parse("mb1ic1ih4100iw4100kh4100");
        using var team = new ThreadTeam(1);
        Assert.That(() => MaxPooling.Forward(problem, new float[problem.LengthX], new float[1], new int[1], team),
            Throws.ArgumentException.With.Message.Contains("16810000").And.Message.Contains("16777216"));
    }
}
