using System.Numerics.Tensors;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// The directions whose signs make codes by iterative quantization (Gong, Lazebnik 2011): the principal components V of centred embeddings, as many as
/// there are bits, rotated by the R for which V R is nearest to its own signs. Found by turns: signs for a rotation, the rotation for signs (Procrustes).
/// </summary>
public sealed class ItqRotation
{
    private const string DirectionsKey = "directions", MeanKey = "mean";

    // The paper's.
    private const int Rounds = 50;

    private readonly float[] _mean, _directions, _offsets;

    private ItqRotation(float[] mean, float[] directions, IReadOnlyList<double> errors)
    {
        (_mean, _directions, Errors, Dimensions, Bits) = (mean, directions, errors, mean.Length, directions.Length / mean.Length);
        _offsets = new float[Bits];
        for (int j = 0; j < Bits; j++) _offsets[j] = -TensorPrimitives.Dot<float>(directions.AsSpan(j * Dimensions, Dimensions), mean);
    }

    /// <summary>Dimensions of an embedding, D.</summary>
    public int Dimensions { get; }

    /// <summary>Directions.</summary>
    public int Bits { get; }

    /// <summary>What is taken off an embedding first, <c>[D]</c>.</summary>
    public ReadOnlySpan<float> Mean => _mean;

    /// <summary>Orthonormal directions <c>[bits,D]</c>.</summary>
    public ReadOnlySpan<float> Directions => _directions;

    /// <summary>The mean squared distance of rotated embeddings from their signs, for the random rotation at the start and after every round.</summary>
    public IReadOnlyList<double> Errors { get; }

    /// <summary>Learns it.</summary>
    /// <param name="backend">Where products are computed.</param>
    /// <param name="embeddings">[N,D], one or more.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="bits">Directions, up to D.</param>
    /// <param name="seed">Decides the rotation it starts from.</param>
    /// <exception cref="ArgumentException">There are more bits than dimensions.</exception>
    public static ItqRotation Train(IBackend backend, ReadOnlySpan<float> embeddings, int dimensions, int bits, int seed = 1)
    {
        int count = QuantizerSpec.CountOf(embeddings, dimensions);
        if (Guard.Positive(bits) > dimensions)
            throw new ArgumentException($"itq codes have up to a bit a dimension, {dimensions}; {bits} were asked for.", nameof(bits));
        float[] mean = MeanOf(embeddings, dimensions);
        float[] components = PrincipalComponents(embeddings, mean, bits);
        float[] projected = new ItqRotation(mean, components, []).Apply(backend, embeddings);
        double[] rotation = RandomRotation(bits, seed);
        var errors = new double[Rounds + 1];
        using DeviceBuffer v = backend.Allocate<float>(projected.Length), z = backend.Allocate<float>(projected.Length);
        using DeviceBuffer small = backend.Allocate<float>(bits * bits);
        backend.Upload<float>(projected, v.As<float>());
        var rotated = new float[projected.Length];
        var product = new float[bits * bits];
        for (int round = 0; round <= Rounds; round++)
        {
            backend.Upload<float>(Array.ConvertAll(rotation, value => (float)value), small.As<float>());
            backend.Gemm(new GemmProblem(count, bits, bits), v.As<float>(), small.As<float>(), default, z.As<float>());
            backend.Download(z.As<float>(), rotated.AsSpan());
            errors[round] = ReplaceBySigns(rotated) / count;
            if (round == Rounds) break;
            // The rotation that brings V nearest to the signs B is U W' where V'B = U S W'.
            backend.Upload<float>(rotated, z.As<float>());
            backend.Gemm(new GemmProblem(bits, bits, count, transposeA: true), v.As<float>(), z.As<float>(), default, small.As<float>());
            backend.Download(small.As<float>(), product.AsSpan());
            rotation = new SingularValues(Array.ConvertAll(product, value => (double)value), bits).Orthogonal();
        }
        return new ItqRotation(mean, Rotate(components, rotation, bits), errors);
    }

    /// <summary>Embeddings <c>[N,D]</c> along the directions, <c>[N,bits]</c>: what the signs are taken of.</summary>
    /// <exception cref="ArgumentException">The embeddings are not rows of D.</exception>
    public float[] Apply(IBackend backend, ReadOnlySpan<float> embeddings)
    {
        int count = embeddings.Length / Dimensions;
        Guard.Length(embeddings.Length, count * Dimensions);
        var result = new float[Guard.Elements("rotated embeddings", count, Bits)];
        using DeviceBuffer x = backend.Allocate<float>(embeddings.Length), r = backend.Allocate<float>(_directions.Length);
        using DeviceBuffer b = backend.Allocate<float>(Bits), y = backend.Allocate<float>(result.Length);
        backend.Upload(embeddings, x.As<float>());
        backend.Upload<float>(_directions, r.As<float>());
        backend.Upload<float>(_offsets, b.As<float>());
        var problem = new GemmProblem(count, Bits, Dimensions, transposeB: true, bias: true);
        backend.Gemm(problem, x.As<float>(), r.As<float>(), b.As<float>(), y.As<float>());
        backend.Download(y.As<float>(), result.AsSpan());
        return result;
    }

    /// <summary>A stored one.</summary>
    internal static ItqRotation Read(SafetensorsFile file, int bits, int dimensions)
    {
        StoredArray directions = file[DirectionsKey], mean = file[MeanKey];
        directions.RequireShape(bits, dimensions);
        mean.RequireShape(dimensions);
        return new ItqRotation(mean.ToSingle(), directions.ToSingle(), []);
    }

    /// <summary>Adds what <see cref="Read"/> reads.</summary>
    internal void AddTo(SafetensorsFile file)
    {
        file.Add(DirectionsKey, Directions, Bits, Dimensions);
        file.Add(MeanKey, Mean, Dimensions);
    }

    private static float[] MeanOf(ReadOnlySpan<float> rows, int columns)
    {
        var sums = new double[columns];
        for (int i = 0; i < rows.Length; i++) sums[i % columns] += rows[i];
        int count = rows.Length / columns;
        return [.. sums.Select(sum => (float)(sum / count))];
    }

    // The first eigenvectors of the covariance, a row each.
    private static float[] PrincipalComponents(ReadOnlySpan<float> embeddings, float[] mean, int bits)
    {
        int dimensions = mean.Length;
        var covariance = new double[dimensions * dimensions];
        var centred = new double[dimensions];
        for (int i = 0; i < embeddings.Length; i += dimensions)
        {
            for (int d = 0; d < dimensions; d++) centred[d] = (double)embeddings[i + d] - mean[d];
            for (int d = 0; d < dimensions; d++)
            {
                Span<double> row = covariance.AsSpan(d * dimensions, dimensions);
                TensorPrimitives.MultiplyAdd(centred, centred[d], row, row);
            }
        }
        var decomposition = new SingularValues(covariance, dimensions);
        var components = new float[bits * dimensions];
        for (int j = 0; j < bits; j++)
        {
            for (int d = 0; d < dimensions; d++) components[j * dimensions + d] = (float)decomposition.Right(j)[d];
        }
        return components;
    }

    // The orthogonal matrix nearest to one of normal numbers (Box and Muller).
    private static double[] RandomRotation(int n, int seed)
    {
        ulong key = CounterRandom.Key(seed, n);
        var normal = new double[n * n];
        for (int i = 0; i < normal.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log((CounterRandom.Bits(key, 2L * i) + 0.5) / 4294967296.0));
            normal[i] = radius * Math.Cos(2 * Math.PI * CounterRandom.Uniform(key, 2L * i + 1));
        }
        return new SingularValues(normal, n).Orthogonal();
    }

    // Returns the sum of the squared distances.
    private static double ReplaceBySigns(Span<float> values)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            float sign = values[i] >= 0 ? 1f : -1f;
            sum += ((double)values[i] - sign) * ((double)values[i] - sign);
            values[i] = sign;
        }
        return sum;
    }

    // Direction j is the sum over the components of R[i,j] component i.
    private static float[] Rotate(ReadOnlySpan<float> components, double[] rotation, int bits)
    {
        int dimensions = components.Length / bits;
        var directions = new float[components.Length];
        for (int j = 0; j < bits; j++)
        {
            for (int d = 0; d < dimensions; d++)
            {
                double sum = 0;
                for (int i = 0; i < bits; i++) sum += rotation[i * bits + j] * components[i * dimensions + d];
                directions[j * dimensions + d] = (float)sum;
            }
        }
        return directions;
    }
}
