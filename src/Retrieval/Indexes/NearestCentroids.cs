using System.Numerics.Tensors;
using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>Which centroid is nearest: of |x - c|^2 all but |x|^2 is compared, a product of matrices for many vectors at once.</summary>
internal sealed class NearestCentroids
{
    // Vectors, and their products with all centroids, at a time: 16 MiB at most.
    private const int BlockVectors = 1024, BlockProducts = 1 << 22;

    /// <summary>Vectors for each centroid that they are learned from: where the lists lie exactly matters little.</summary>
    public const int SamplePerCentroid = 64;

    private const int Rounds = 10;

    private readonly float[] _centroids, _biases;
    private readonly int _count;
    private float[] _nearness = [];

    /// <summary>Those of centroids [G,D], one or more.</summary>
    public NearestCentroids(float[] centroids, int dimensions)
    {
        (_centroids, Dimensions, _count) = (centroids, dimensions, centroids.Length / dimensions);
        _biases = new float[_count];
        for (int i = 0; i < _count; i++) _biases[i] = -0.5f * TensorPrimitives.SumOfSquares<float>(centroids.AsSpan(i * dimensions, dimensions));
    }

    /// <summary>D.</summary>
    public int Dimensions { get; }

    /// <summary>
    /// Means [G,D] of vectors [N,D] in an order of no meaning (Lloyd 1982), started from the first of them. A mean that has lost all its vectors starts anew
    /// from another one.
    /// </summary>
    /// <exception cref="ArgumentException">There are fewer vectors than means.</exception>
    public static float[] Learn(
        ReadOnlySpan<float> sample, int dimensions, int count, ThreadTeam team, StoreProgress? progress, CancellationToken cancellation)
    {
        int total = sample.Length / dimensions;
        if (count > total) throw new ArgumentException($"there are {total} items; {count} lists need as many.");
        float[] means = sample[..(count * dimensions)].ToArray();
        int[] nearest = new int[total], sizes = new int[count];
        for (int round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke("learning lists", round, Rounds);
            new NearestCentroids(means, dimensions).Find(sample, nearest, team);
            Array.Clear(means);
            Array.Clear(sizes);
            for (int i = 0; i < nearest.Length; i++)
            {
                Span<float> mean = means.AsSpan(nearest[i] * dimensions, dimensions);
                TensorPrimitives.Add(mean, sample.Slice(i * dimensions, dimensions), mean);
                sizes[nearest[i]]++;
            }
            for (int i = 0; i < count; i++)
            {
                Span<float> mean = means.AsSpan(i * dimensions, dimensions);
                if (sizes[i] > 0) TensorPrimitives.Divide(mean, sizes[i], mean);
                else sample.Slice((int)((long)(round + 1) * (i + 1) * 7919 % total) * dimensions, dimensions).CopyTo(mean);
            }
        }
        return means;
    }

    /// <summary>The nearest centroid of each vector [N,D]; of equally near ones the first. By one thread at a time.</summary>
    public void Find(ReadOnlySpan<float> vectors, Span<int> nearest, ThreadTeam team)
    {
        int block = Math.Min(Math.Clamp(BlockProducts / _count, 1, BlockVectors), nearest.Length);
        if (_nearness.Length < block * _count) _nearness = new float[block * _count];
        for (int start = 0; start < nearest.Length; start += block)
        {
            int rows = Math.Min(block, nearest.Length - start);
            Rate(vectors.Slice(start * Dimensions, rows * Dimensions), _nearness.AsSpan(0, rows * _count), team);
            for (int i = 0; i < rows; i++) nearest[start + i] = TensorPrimitives.IndexOfMax<float>(_nearness.AsSpan(i * _count, _count));
        }
    }

    /// <summary>How near all centroids are to each vector [N,D], [N,G]: half the squared norm of the vector less half the squared distance.</summary>
    public void Rate(ReadOnlySpan<float> vectors, Span<float> nearness, ThreadTeam team) => Gemm.Run(
        new GemmProblem(vectors.Length / Dimensions, _count, Dimensions, transposeB: true, bias: true), vectors, _centroids, _biases, nearness, team);
}
