using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Tests.Reference;

public class RelationReferenceTests
{
    // The network as it is written down: g over whole rows [o_j ; o_i ; s], with weights that are not taken apart.
    [Test]
    public void FactoredFirstLayerIsThatOfTheConcatenation()
    {
        const int Objects = 4, Channels = 3, Context = 2, Units = 5, Outputs = 6;
        int width = 2 * Channels + Context;
        double[] cells = Numbers(1, Channels * Objects), s = Numbers(2, Context), first = Numbers(3, Units * width), bias1 = Numbers(4, Units);
        double[] second = Numbers(5, Outputs * Units), bias2 = Numbers(6, Outputs), expected = new double[Outputs], actual = new double[Outputs];
        for (int i = 0; i < Objects; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double[] row = [.. Cell(j), .. Cell(i), .. s];
                double[] hidden = new double[Units];
                for (int f = 0; f < Units; f++) hidden[f] = Math.Max(row.Select((x, k) => x * first[f * width + k]).Sum() + bias1[f], 0);
                for (int g = 0; g < Outputs; g++) expected[g] += Math.Max(hidden.Select((x, f) => x * second[g * Units + f]).Sum() + bias2[g], 0);
            }
        }

        double[] objects = new double[2 * Units * Objects], context = new double[Units];
        for (int f = 0; f < Units; f++)
        {
            for (int o = 0; o < Objects; o++)
            {
                objects[f * Objects + o] = Cell(o).Select((x, k) => x * first[f * width + k]).Sum();
                objects[(Units + f) * Objects + o] = Cell(o).Select((x, k) => x * first[f * width + Channels + k]).Sum();
            }
            context[f] = s.Select((x, k) => x * first[f * width + 2 * Channels + k]).Sum() + bias1[f];
        }
        RelationSum.Forward(new RelationSumProblem(1, Objects, Units, Outputs), objects, context, second, bias2, actual);
        Assert.That(actual, Is.EqualTo(expected).Within(1e-12));
        Assert.That(expected.Sum(), Is.GreaterThan(10), "the sums must be alive");

        double[] Cell(int o) => [.. Enumerable.Range(0, Channels).Select(c => cells[c * Objects + o])];
    }

    [Test]
    public void EveryPairHasANumber()
    {
        var problem = new RelationSumProblem(1, 36, 1, 1);
        int[] numbers = [.. Enumerable.Range(0, 36).SelectMany(i => Enumerable.Range(0, i + 1).Select(j => RelationSumProblem.PairOf(j, i)))];
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, 666)));
        Assert.That(problem.Pairs, Is.EqualTo(666));
    }

    private static double[] Numbers(int key, int count) => [.. Enumerable.Range(0, count).Select(i => 2.0 * CounterRandom.Uniform((ulong)key, i) - 1)];
}
