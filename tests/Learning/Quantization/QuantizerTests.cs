using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Learning;

/// <summary>Codes of embeddings that lie in noisy clusters, as those of a trained network do.</summary>
public class QuantizerTests
{
    private const int N = 1200, D = 32;

    private static readonly float[] s_embeddings = Draw(N, 1), s_queries = Draw(20, 2);
    private static readonly HostBackend s_backend = new(2);

    private static readonly string[] s_specs = [
        "composite:16", "composite:32", "product:16", "product:64", "product:128",
        "sign:32", "itq:16", "itq:32",
    ];

    [OneTimeTearDown]
    public void Close() => s_backend.Dispose();

    [TestCaseSource(nameof(s_specs))]
    public void WhatACodeStandsForIsWhatTablesMeasure(string spec)
    {
        Quantizer quantizer = QuantizerSpec.Parse(spec).Train(s_backend, s_embeddings, D);
        byte[] codes = quantizer.Encode(s_backend, s_embeddings);
        Assert.That(codes, Has.Length.EqualTo(N * quantizer.Bits / 8));
        float[] values = quantizer.Codebooks.Reconstruct(codes);
        Assert.That(quantizer.Codebooks.MeanError(s_embeddings, codes), Is.EqualTo(Error(values)).Within(1e-5));
        Assert.That(Error(values), Is.LessThan(Variance()));
        foreach (EmbeddingDistance distance in Enum.GetValues<EmbeddingDistance>())
        {
            var database = new TableCodes(codes, quantizer.Codebooks.Count, quantizer.Codebooks.Terms(codes, distance));
            using var searcher = new TableSearcher(s_backend, database, N, queryBlock: 7);
            SearchResult<float> found = searcher.Search(quantizer.Codebooks.Tables(s_backend, s_queries, distance));
            for (int q = 0; q < found.Queries; q++)
            {
                double[] all = [.. Enumerable.Range(0, N).Select(n => Distance(distance, s_queries.AsSpan(q * D, D), values.AsSpan(n * D, D)))];
                double[] expected = [.. all.Order()];
                Assert.That(found.RowsOf(q).ToArray(), Is.EquivalentTo(Enumerable.Range(0, N)));
                for (int i = 0; i < N; i++) Assert.That(found.DistancesOf(q)[i], Is.EqualTo(expected[i]).Within(2e-4));
                Assert.That(found.DistancesOf(q)[0], Is.EqualTo(all[found.RowsOf(q)[0]]).Within(2e-4));
            }
        }
    }

    [TestCaseSource(nameof(s_specs))]
    public void AStoredOneMakesTheSameCodes(string spec)
    {
        Quantizer quantizer = QuantizerSpec.Parse(spec).Train(s_backend, s_embeddings, D);
        using var folder = new TemporaryFolder();
        string path = folder["quantizer.safetensors"];
        quantizer.Save(path);
        Quantizer again = Quantizer.Load(path);
        Assert.That((again.Kind, again.Bits, again.Dimensions), Is.EqualTo((quantizer.Kind, quantizer.Bits, quantizer.Dimensions)));
        Assert.That(again.Encode(s_backend, s_queries), Is.EqualTo(quantizer.Encode(s_backend, s_queries)));
        Assert.That(again.Codebooks.Values.ToArray(), Is.EqualTo(quantizer.Codebooks.Values.ToArray()));
    }

    [TestCaseSource(nameof(s_specs))]
    public void TheNumberOfThreadsChangesNothing(string spec)
    {
        using var other = new HostBackend(3);
        Quantizer a = QuantizerSpec.Parse(spec).Train(s_backend, s_embeddings, D), b = QuantizerSpec.Parse(spec).Train(other, s_embeddings, D);
        Assert.That(b.Codebooks.Values.ToArray(), Is.EqualTo(a.Codebooks.Values.ToArray()));
        Assert.That(b.Errors, Is.EqualTo(a.Errors));
    }

    [TestCase(16, 1, 0.95)]
    [TestCase(16, 2, 1)]
    [TestCase(32, 1, 0.95)]
    [TestCase(32, 2, 0.95)]
    [TestCase(48, 1, 0.95)]
    public void RoundsOfCompositeQuantizationComeNearer(int bits, int halves, double share)
    {
        float[] many = Draw(5 * N, 4);
        CompositeQuantizer quantizer = CompositeQuantizer.Train(
            s_backend, many, D, new CompositeOptions { Bits = bits, Halves = halves, Rounds = 3 });
        TestContext.Out.WriteLine(string.Join(", ", quantizer.Errors));
        Assert.That(quantizer.Errors, Has.Count.EqualTo(4));
        // The ridge may cost what it weighs.
        for (int round = 1; round < 4; round++) Assert.That(quantizer.Errors[round], Is.LessThanOrEqualTo(quantizer.Errors[round - 1] * (1 + 1e-4)));
        Assert.That(quantizer.Errors[^1], Is.LessThan(share * quantizer.Errors[0] * (1 + 1e-4)));
        double error = quantizer.Codebooks.MeanError(many, quantizer.Encode(s_backend, many));
        TestContext.Out.WriteLine($"encoded anew: {error}");
        Assert.That(error, Is.LessThan(1.05 * quantizer.Errors[^1]), "codes found anew are about as near as those learned with");
        // A half's codewords are zero in the others.
        for (int m = 0; m < bits / 8; m++)
        {
            int half = m / (bits / 8 / halves);
            for (int i = 0; i < AdditiveCodebooks.Codewords * D; i++)
            {
                if (i % D / (D / halves) != half) Assert.That(quantizer.Codebooks.Values[m * AdditiveCodebooks.Codewords * D + i], Is.Zero);
            }
        }
    }

    [Test]
    public void ProductCodesAreTheNearestMeansOfTheirRange()
    {
        ProductQuantizer quantizer = ProductQuantizer.Train(s_backend, s_embeddings, D, 24);
        byte[] codes = quantizer.Encode(s_backend, s_queries);
        (int Start, int End)[] ranges = [(0, 10), (10, 21), (21, 32)];
        for (int q = 0; q < s_queries.Length / D; q++)
        {
            for (int m = 0; m < 3; m++)
            {
                var distances = new double[AdditiveCodebooks.Codewords];
                for (int k = 0; k < distances.Length; k++)
                {
                    ReadOnlySpan<float> word = quantizer.Codebooks.Values.Slice((m * distances.Length + k) * D, D);
                    for (int d = ranges[m].Start; d < ranges[m].End; d++) distances[k] += Math.Pow((double)s_queries[q * D + d] - word[d], 2);
                }
                Assert.That(distances[codes[q * 3 + m]], Is.EqualTo(distances.Min()).Within(1e-5));
            }
        }
    }

    [Test]
    public void FewerEmbeddingsThanMeansAreKeptExactly()
    {
        float[] few = s_embeddings[..(50 * D)];
        ProductQuantizer quantizer = ProductQuantizer.Train(s_backend, few, D, 16);
        Assert.That(quantizer.Errors[0], Is.EqualTo(0).Within(1e-9));
    }

    [TestCase(32)]
    [TestCase(16)]
    public void ItqTurnsPrincipalComponentsTowardsTheirSigns(int bits)
    {
        ItqRotation rotation = ItqRotation.Train(s_backend, s_embeddings, D, bits);
        for (int i = 0; i < bits; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = Enumerable.Range(0, D).Sum(d => (double)rotation.Directions[i * D + d] * rotation.Directions[j * D + d]);
                Assert.That(product, Is.EqualTo(i == j ? 1 : 0).Within(1e-5));
            }
        }
        for (int round = 1; round < rotation.Errors.Count; round++)
            Assert.That(rotation.Errors[round], Is.LessThanOrEqualTo(rotation.Errors[round - 1] + 1e-6));
        Assert.That(rotation.Errors[^1], Is.LessThan(0.99 * rotation.Errors[0]));
        float[] values = rotation.Apply(s_backend, s_embeddings);
        double loss = values.Sum(value => Math.Pow(Math.Abs((double)value) - 1, 2)) / N;
        Assert.That(loss, Is.EqualTo(rotation.Errors[^1]).Within(1e-4));
        // The components hold as much of the variance as any so many directions can: all of it where there are as many as dimensions.
        double kept = values.Sum(value => (double)value * value) / N;
        Assert.That(kept, bits == D ? Is.EqualTo(Variance()).Within(1e-3) : Is.InRange(0.6 * Variance(), Variance()));
    }

    [Test]
    public void SignCodesAreThePackedSigns()
    {
        SignQuantizer quantizer = SignQuantizer.Train(s_embeddings, D, D);
        byte[] codes = quantizer.Encode(s_backend, s_queries);
        for (int i = 0; i < s_queries.Length; i++) Assert.That((codes[i / 8] >> (i % 8)) & 1, Is.EqualTo(s_queries[i] >= 0 ? 1 : 0));
    }

    [TestCase("composite", "'composite' are no codes")]
    [TestCase("cubic:8", "'cubic:8' are no codes")]
    [TestCase("1:8", "'1:8' are no codes")]
    [TestCase("composite:12", "codes of 12 bits were asked for; bits are a multiple of 8 from 8 to 512")]
    [TestCase("product:264", "codes of 33 bytes cut 32 dimensions into ranges")]
    [TestCase("sign:16", "sign codes have a bit a dimension, 32; 16 were asked for")]
    [TestCase("itq:64", "itq codes have up to a bit a dimension, 32; 64 were asked for")]
    public void WhatCannotBeIsNamed(string spec, string message) =>
        Assert.That(() => QuantizerSpec.Parse(spec).Train(s_backend, s_embeddings, D), Throws.ArgumentException.With.Message.Contains(message));

    [Test]
    public void HalvesThatDoNotDivideAreNamed() => Assert.That(
        () => CompositeQuantizer.Train(s_backend, s_embeddings, D, new CompositeOptions { Bits = 24, Halves = 2 }),
        Throws.ArgumentException.With.Message.Contains("24 bits and 32 dimensions were asked for in 2 halves"));

    private static double Error(float[] values) => s_embeddings.Zip(values).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2)) / N;

    private static double Variance()
    {
        double total = 0;
        for (int d = 0; d < D; d++)
        {
            double[] column = [.. Enumerable.Range(0, N).Select(n => (double)s_embeddings[n * D + d])];
            double mean = column.Average();
            total += column.Sum(value => Math.Pow(value - mean, 2)) / N;
        }
        return total;
    }

    private static double Distance(EmbeddingDistance distance, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int d = 0; d < a.Length; d++)
            sum += distance == EmbeddingDistance.InnerProduct ? -(double)a[d] * b[d] : Math.Pow((double)a[d] - b[d], 2);
        return sum;
    }

    private static float[] Draw(int count, int seed)
    {
        var centres = new Random(0);
        double[] means = [.. Enumerable.Range(0, 12 * D).Select(_ => 3 * centres.NextDouble() - 1.5)];
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).SelectMany(_ =>
        {
            int cluster = random.Next(12);
            return Enumerable.Range(0, D).Select(d => (float)Math.Tanh(means[cluster * D + d] + random.NextDouble() - 0.5)).ToArray();
        })];
    }
}
