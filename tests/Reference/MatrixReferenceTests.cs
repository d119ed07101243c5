using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

public class MatrixReferenceTests
{
    // [1 2 3; 4 5 6] times [1 0; 2 1; 0 3] is [5 11; 14 23].
    private static readonly double[] s_a = [1, 2, 3, 4, 5, 6], s_aTransposed = [1, 4, 2, 5, 3, 6];
    private static readonly double[] s_b = [1, 0, 2, 1, 0, 3], s_bTransposed = [1, 2, 0, 0, 1, 3];

    [Test]
    public void GemmReadsEveryLayout([Values] bool transposeA, [Values] bool transposeB)
    {
        var c = new double[4];
        Gemm.Run(new GemmProblem(2, 2, 3, transposeA, transposeB), transposeA ? s_aTransposed : s_a, transposeB ? s_bTransposed : s_b, [], c);
        Assert.That(c, Is.EqualTo([5, 11, 14, 23]));
    }

    [Test]
    public void GemmAddsBiasPerColumnAndAccumulates()
    {
        double[] c = [100, 200, 300, 400];
        Gemm.Run(new GemmProblem(2, 2, 3, bias: true), s_a, s_b, [10, 20], c);
        Assert.That(c, Is.EqualTo([15, 31, 24, 43]));
        Gemm.Run(new GemmProblem(2, 2, 3, accumulate: true, bias: true), s_a, s_b, [10, 20], c);
        Assert.That(c, Is.EqualTo([30, 62, 48, 86]));
    }

    [Test]
    public void FullyConnectedStoresWeightsByOutput()
    {
        var problem = new FullyConnectedProblem(1, 3, 2);
        double[] x = [1, 2, 3], w = [1, 0, 2, 0, 1, 1], dy = [10, 1], y = new double[2], dx = new double[3], dw = [1, 1, 1, 1, 1, 1], db = [5, 5];
        FullyConnected.Forward(problem, x, w, [100, 200], y);
        FullyConnected.BackwardData(problem, dy, w, dx);
        FullyConnected.BackwardWeights(problem, x, dy, dw, db);
        Assert.That(y, Is.EqualTo([107, 205]));
        Assert.That(dx, Is.EqualTo([10, 1, 21]));
        Assert.That(dw, Is.EqualTo([11, 21, 31, 2, 3, 4]));
        Assert.That(db, Is.EqualTo([15, 6]));
    }

    [Test]
    public void ReduceColumnsAccumulates()
    {
        double[] y = [1, 0, 0];
        ReduceColumns.Run(new ReduceProblem(2, 3), s_a, y);
        Assert.That(y, Is.EqualTo([6, 7, 9]));
    }

    [Test]
    public void SquaredDistanceOfKnownPoints()
    {
        var distances = new double[2];
        SquaredDistance.Run(new SquaredDistanceProblem(1, 2, 2), [1, 2], [4, 6, 1, 2], distances);
        Assert.That(distances, Is.EqualTo([25, 0]));
    }
}
