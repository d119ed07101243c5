using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using Ref = JaccardKernels.Reference;

namespace JaccardKernels.Tests.Engine;

/// <summary>A small network with every kind of layer, a batch of images and labels, and its loss in double precision.</summary>
internal static class NetworkFixture
{
    public const int Batch = 6, Dimensions = 5, Seed = 11, Step = 3;

    public static readonly BatchAllTripletProblem Loss = new(Batch, Dimensions, margin: 1.5f, delta: 0.1f, TripletReduction.MeanOfActive);

    public static Network Build()
    {
        var b = new NetworkBuilder(new SampleShape(3, 10, 9));
        Node x = b.Relu("relu1", b.BatchNormalization("norm1", b.Convolution("conv1", b.Input, 6, 3, pad: 1, bias: false, trail: 1)), ceiling: 1.5f);
        Node pooled = b.MaxPooling("pool1", x, 3, 2, 1);
        Node left = b.Convolution("conv2", pooled, 6, 3, pad: 2, dilation: 2, groups: 2);
        // conv2's input has three readers, so gradients of several edges are added up.
        Node sum = b.Relu("relu2", b.Add("sum", left, pooled));
        Node both = b.Concatenate("both", sum, b.Relu("relu4", b.Convolution("conv3", pooled, 4, 1), ceiling: 0.5f));
        Node grid = b.AveragePooling("grid", both, 2, 2, 1);
        Node global = b.GlobalPooling("global", both);
        Node flat = b.FullyConnected("fc1", grid, 7);
        Node joined = b.Concatenate("joined", flat, global);
        Node noisy = b.Dropout("dropout", b.Relu("relu3", joined), 0.25f);
        b.Tanh("tanh", b.FullyConnected("embedding", noisy, Dimensions, Initialization.LeCunNormal));
        return b.Build();
    }

    /// <summary>Both branches of an embedding over convolutions with local response normalisation, brought to the loss's dimensions.</summary>
    public static Network BuildRelation()
    {
        var b = new NetworkBuilder(new SampleShape(3, 8, 7));
        Node x = b.Relu("relu1", b.LocalResponseNormalization("lrn1", b.Convolution("conv1", b.Input, 6, 3), window: 3, alpha: 0.2f));
        Node map = b.MaxPooling("pool1", x, 2);
        Node features = b.Relu("relu2", b.FullyConnected("fc1", map, 7));
        var options = new EmbeddingBranchOptions
        {
            Kind = HeadKind.Both, Dimensions = 3, PairUnits = 5, SumUnits = 8, Hidden = 9, Dropout = 0.2f, CoordinateScale = 2, RMax = 1.5f, DMax = 0.5f,
        };
        b.Tanh("tanh", b.FullyConnected("last", EmbeddingBranches.Add(b, features, map, options), Dimensions, Initialization.LeCunNormal));
        return b.Build();
    }

    public static float[] Images(Network network, int batch)
    {
        var pixels = new float[batch * network.Input.Length];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = 2 * CounterRandom.Uniform(99, i) - 1;
        return pixels;
    }

    public static float[] Similarity()
    {
        var counts = new int[Batch * 3];
        for (int i = 0; i < counts.Length; i++) counts[i] = (int)(CounterRandom.Bits(5, i) % 3);
        var similarity = new double[Batch * Batch];
        Ref.CountSimilarity.Run(new SimilarityProblem(SimilarityKind.MultisetJaccard, Batch, Batch, 3, 0), counts, counts, similarity);
        return [.. similarity.Select(s => (float)s)];
    }

    public static double[] ToDouble(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++) doubles[i] = values[i];
        return doubles;
    }

    public static (double Loss, double[] Gradient) ReferenceLoss(double[] embeddings)
    {
        double[] gradient = new double[embeddings.Length], statistics = new double[TripletStatistics.Values];
        var counts = new long[TripletStatistics.Counts];
        Ref.BatchAllTripletLoss.Run(Loss, embeddings, ToDouble(Similarity()), gradient, statistics, counts);
        Assert.That(counts[1], Is.GreaterThan(10), "the fixture's loss must be alive");
        return (statistics[0], gradient);
    }

    /// <summary>Two gradients of one parameter agree. What a normalisation behind it takes out again leaves rounding alone.</summary>
    public static void AssertGradient(ParameterSpec parameter, float[] actual, double[] expected)
    {
        if (parameter.Name == "relation.sum.bias") Assert.That(actual, Has.All.InRange(-1e-4f, 1e-4f), parameter.Name);
        else Assert.That(Nmse(actual, expected), Is.LessThan(1e-9), parameter.Name);
    }

    public static double Nmse(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected)
    {
        double error = 0, power = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            power += expected[i] * expected[i];
        }
        return power == 0 ? error : error / power;
    }
}
