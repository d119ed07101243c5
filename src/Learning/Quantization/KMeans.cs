using System.Numerics.Tensors;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// 256 means of vectors (Lloyd 1982), started by k-means++ (Arthur, Vassilvitskii 2007). A function of the vectors and the seed. A mean that has lost
/// all its vectors moves to the one that is furthest from its own.
/// </summary>
internal static class KMeans
{
    private const int Means = AdditiveCodebooks.Codewords;

    // As faiss does: more vectors a mean say nothing new.
    private const int MostVectors = 256 * Means;

    private const int MostRounds = 25;

    /// <summary>The means <c>[256,D]</c> of vectors <c>[N,D]</c>; where there are fewer vectors, some are repeated.</summary>
    public static float[] Train(IBackend backend, ReadOnlySpan<float> vectors, int dimensions, int seed)
    {
        float[] sample = Sample(vectors, dimensions);
        int count = sample.Length / dimensions;
        float[] means = Start(sample, count, dimensions, seed);
        byte[] codes = new byte[count], before = new byte[count];
        using var search = new CodewordSearch(backend, sample, dimensions, codebooks: 1);
        for (int round = 0; round < MostRounds; round++)
        {
            search.Find(means, codes, sweeps: 0, seed);
            if (round > 0 && codes.AsSpan().SequenceEqual(before)) break;
            codes.CopyTo(before, 0);
            Update(sample, codes, means, dimensions);
        }
        return means;
    }

    // Evenly spread over all.
    private static float[] Sample(ReadOnlySpan<float> vectors, int dimensions)
    {
        int count = vectors.Length / dimensions;
        if (count <= MostVectors) return vectors.ToArray();
        var sample = new float[MostVectors * dimensions];
        for (int i = 0; i < MostVectors; i++)
            vectors.Slice((int)((long)i * count / MostVectors) * dimensions, dimensions).CopyTo(sample.AsSpan(i * dimensions));
        return sample;
    }

    // Each next mean is a vector drawn with the odds of its squared distance from the nearest mean so far.
    private static float[] Start(float[] vectors, int count, int dimensions, int seed)
    {
        var means = new float[Means * dimensions];
        var nearest = new double[count];
        Array.Fill(nearest, double.PositiveInfinity);
        ulong key = CounterRandom.Key(seed, 0);
        int chosen = (int)(CounterRandom.Bits(key, 0) * (ulong)count >> 32);
        for (int mean = 0; mean < Means; mean++)
        {
            ReadOnlySpan<float> next = vectors.AsSpan(chosen * dimensions, dimensions);
            next.CopyTo(means.AsSpan(mean * dimensions));
            double total = 0;
            for (int i = 0; i < count; i++)
            {
                nearest[i] = Math.Min(nearest[i], SquaredDistance(vectors.AsSpan(i * dimensions, dimensions), next));
                total += nearest[i];
            }
            chosen = Draw(nearest, total * CounterRandom.Uniform(key, mean + 1));
        }
        return means;
    }

    // The first whose share reaches the target; vectors that are means already have no share.
    private static int Draw(double[] shares, double target)
    {
        int last = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            if (shares[i] == 0) continue;
            last = i;
            target -= shares[i];
            if (target < 0) break;
        }
        return last;
    }

    private static void Update(float[] vectors, byte[] codes, float[] means, int dimensions)
    {
        var sums = new double[Means * dimensions];
        var members = new int[Means];
        for (int i = 0; i < codes.Length; i++)
        {
            members[codes[i]]++;
            for (int d = 0; d < dimensions; d++) sums[codes[i] * dimensions + d] += vectors[i * dimensions + d];
        }
        for (int mean = 0; mean < Means; mean++)
        {
            if (members[mean] == 0) continue;
            for (int i = mean * dimensions; i < (mean + 1) * dimensions; i++) means[i] = (float)(sums[i] / members[mean]);
        }
        if (members.AsSpan().Contains(0)) Reseed(vectors, codes, means, members, dimensions);
    }

    // The furthest vectors first, of equals the first; none that lies on its mean already.
    private static void Reseed(float[] vectors, byte[] codes, float[] means, int[] members, int dimensions)
    {
        double[] distances = [.. codes.Select((code, i) =>
            SquaredDistance(vectors.AsSpan(i * dimensions, dimensions), means.AsSpan(code * dimensions, dimensions)))];
        using IEnumerator<int> furthest =
            Enumerable.Range(0, codes.Length).Where(i => distances[i] > 0).OrderByDescending(i => distances[i]).ThenBy(i => i).GetEnumerator();
        for (int mean = 0; mean < Means; mean++)
        {
            if (members[mean] > 0) continue;
            if (!furthest.MoveNext()) return;
            vectors.AsSpan(furthest.Current * dimensions, dimensions).CopyTo(means.AsSpan(mean * dimensions));
        }
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double distance = TensorPrimitives.Distance(a, b);
        return distance * distance;
    }
}
