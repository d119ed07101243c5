using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Host;

/// <summary>Maximum pooling of what is no number, and what it refuses.</summary>
public sealed class MaxPoolingTests
{
    [Test]
    public void WhatIsNoNumberIsNotHidden([Values] bool withPositions, [Values(1, 2, 3)] int stride)
    {
        PoolingProblem problem = PoolingProblem.Parse($"mb1ic1ih4iw51kh3sh1sw{stride}ph1");
        var x = new float[problem.LengthX];
        x[2 * 51 + 9] = float.NaN;
        float[] y = new float[problem.LengthY];
        int[] positions = withPositions ? new int[y.Length] : [];
        using var team = new ThreadTeam(1);
        MaxPooling.Forward(problem, x, y, positions, team);
        for (int i = 0; i < y.Length; i++)
        {
            int row = i / problem.OutputWidth, column = i % problem.OutputWidth * stride;
            Assert.That(float.IsNaN(y[i]), Is.EqualTo(row is >= 1 and <= 3 && column is >= 8 and <= 10), $"{i}");
        }
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
