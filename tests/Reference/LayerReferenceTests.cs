using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

public class LayerReferenceTests
{
    // 3x3 window, stride 2, padding 1 over a 4x4 image: two outputs a side, the first of each seeing two cells.
    private static readonly PoolingProblem s_pooling = PoolingProblem.Parse("ic1ih4kh3sh2ph1");
    private static readonly double[] s_image = [-1, -2, -3, -4, -5, -6, -7, -8, -9, -3, -1, -1, -2, -2, -1, -1];

    [Test]
    public void MaxPoolingIgnoresPaddingAndTakesTheFirstOfEquals()
    {
        double[] y = new double[4], dx = new double[16];
        var indices = new int[4];
        MaxPooling.Forward(s_pooling, s_image, y, indices);
        Assert.That(y, Is.EqualTo([-1, -2, -2, -1]));
        Assert.That(indices, Is.EqualTo([0, 1, 12, 10]));
        MaxPooling.Backward(s_pooling, [1, 2, 3, 4], indices, dx);
        Assert.That(dx, Is.EqualTo([1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 3, 0, 0, 0]));
    }

    [Test]
    public void AveragePoolingDividesByRealCells()
    {
        double[] y = new double[4], dx = new double[16];
        AveragePooling.Forward(s_pooling, s_image, y);
        Assert.That(y[0], Is.EqualTo((-1 - 2 - 5 - 6) / 4.0));
        Assert.That(y[1], Is.EqualTo((-2 - 3 - 4 - 6 - 7 - 8) / 6.0));
        AveragePooling.Backward(s_pooling, [4, 6, 6, 9], dx);
        Assert.That(dx[0], Is.EqualTo(1));
        Assert.That(dx[5], Is.EqualTo(1 + 1 + 1 + 1));
        Assert.That(dx.Sum(), Is.EqualTo(25).Within(1e-12));
    }

    [Test]
    public void GlobalPoolingIsTheMean()
    {
        double[] y = new double[2], dx = new double[6];
        GlobalPooling.Forward(new GlobalPoolingProblem(1, 2, 3), [1, 2, 6, -1, 0, 1], y);
        GlobalPooling.Backward(new GlobalPoolingProblem(1, 2, 3), [3, 6], dx);
        Assert.That(y, Is.EqualTo([3, 0]).Within(1e-15));
        Assert.That(dx, Is.EqualTo([1, 1, 1, 2, 2, 2]));
    }

    [Test]
    public void ReluAndTanhPassGradientsByTheirOutputs()
    {
        double[] dx = new double[3];
        Relu.Backward(new ReluProblem(3), [5, 6, 7], [0, 0.5, 2], dx);
        Assert.That(dx, Is.EqualTo([0, 6, 7]));
        Relu.Backward(new ReluProblem(3, ceiling: 2), [5, 6, 7], [0, 0.5, 2], dx);
        Assert.That(dx, Is.EqualTo([0, 6, 0]));
        Relu.Forward(new ReluProblem(3, ceiling: 6), [-1, 5, 8], dx);
        Assert.That(dx, Is.EqualTo([0, 5, 6]));
        Tanh.Backward(new ElementwiseProblem(3), [5, 6, 8], [1, 0, 0.5], dx);
        Assert.That(dx, Is.EqualTo([0, 6, 6]));
    }

    [Test]
    public void ConcatenateGoesRowByRow()
    {
        var problem = new ConcatenateProblem(2, 1, 2);
        double[] y = new double[6], da = new double[2], db = new double[4];
        Concatenate.Forward(problem, [1, 2], [3, 4, 5, 6], y);
        Concatenate.Backward(problem, y, da, db);
        Assert.That(y, Is.EqualTo([1, 3, 4, 2, 5, 6]));
        Assert.That((da, db), Is.EqualTo((new double[] { 1, 2 }, new double[] { 3, 4, 5, 6 })));
    }

    [Test]
    public void DropoutKeepsItsShareAndItsMean()
    {
        var problem = new DropoutProblem(100_000, 0.3f, seed: 1, step: 2);
        double[] ones = [.. Enumerable.Repeat(1.0, problem.Length)], y = new double[problem.Length], next = new double[problem.Length];
        Dropout.Run(problem, ones, y);
        Dropout.Run(new DropoutProblem(problem.Length, 0.3f, seed: 1, step: 3), ones, next);
        // Five deviations of a binomial share: 5 sqrt(.3 .7 / 100000) = .0072.
        Assert.That(y.Count(v => v == 0) / 1e5, Is.EqualTo(0.3).Within(0.0072));
        Assert.That(y.Max(), Is.EqualTo(1 / 0.7).Within(1e-7));
        Assert.That(y.Zip(next).Count(pair => pair.First == pair.Second) / 1e5, Is.EqualTo(0.3 * 0.3 + 0.7 * 0.7).Within(0.008));
    }

    [Test]
    public void BatchNormalizationOfKnownValues()
    {
        // 0, 8, 4, 4 have the mean 4, the biased variance 8 and the unbiased one 32 / 3.
        var problem = new BatchNormalizationProblem(2, 1, 2, epsilon: 1, momentum: 0.25f);
        double[] runningMean = [8], runningVariance = [1], mean = new double[1], inverseDeviation = new double[1], y = new double[4];
        BatchNormalization.Forward(problem, [0, 8, 4, 4], [6], [10], runningMean, runningVariance, mean, inverseDeviation, y);
        Assert.That((mean[0], inverseDeviation[0]), Is.EqualTo((4.0, 1 / 3.0)));
        Assert.That(y, Is.EqualTo([2, 18, 10, 10]).Within(1e-12));
        Assert.That(runningMean[0], Is.EqualTo(0.75 * 8 + 0.25 * 4));
        Assert.That(runningVariance[0], Is.EqualTo(0.75 * 1 + 0.25 * 32 / 3).Within(1e-12));
        BatchNormalization.Inference(problem, [0, 8, 4, 4], [6], [10], [1], [8], y);
        Assert.That(y, Is.EqualTo([8, 24, 16, 16]).Within(1e-12));
    }
}
