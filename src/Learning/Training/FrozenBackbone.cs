using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// A network whose weights no longer change, and the features it makes of images. Heads are trained on these features, so that a set goes through the
/// backbone once, however many heads are compared (the paper freezes the convolutions too, Mojoo and Kurita 2021).
/// </summary>
public sealed class FrozenBackbone : IDisposable
{
    private readonly IBackend _backend;

    /// <summary>Takes over a network with its weights.</summary>
    public FrozenBackbone(ParameterStore parameters) => (_backend, Parameters) = (parameters.Backend, parameters);

    /// <summary>The weights.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>What tells its features from those of other weights.</summary>
    public string Fingerprint
    {
        get
        {
            var hash = new XxHash3();
            for (int i = 0; i < Parameters.Count; i++) hash.Append(MemoryMarshal.AsBytes<float>(Parameters.Download(i)));
            return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A network whose weights are filled in.</summary>
    /// <param name="backend">Where it runs.</param>
    /// <param name="network">The network.</param>
    /// <param name="fill">Sets all parameters; where it throws, nothing is left behind.</param>
    public static FrozenBackbone Filled(IBackend backend, Network network, Action<ParameterStore> fill)
    {
        var parameters = new ParameterStore(backend, network, seed: 0);
        try
        {
            fill(parameters);
            return new FrozenBackbone(parameters);
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>The backbone of an <see cref="EmbeddingNetwork"/>.</summary>
    /// <param name="backend">Where it runs.</param>
    /// <param name="image">Shape of the images it takes.</param>
    /// <param name="options">Sizes of the network.</param>
    /// <param name="weights">Holds at least its parameters, by name: a classifier of tiles, or a whole network.</param>
    public static FrozenBackbone Of(IBackend backend, SampleShape image, EmbeddingNetworkOptions options, ParameterStore weights) =>
        Filled(backend, EmbeddingNetwork.Backbone(image, options), parameters => parameters.CopyFrom(weights));

    /// <summary>The backbone of an <see cref="EmbeddingNetwork"/>, with the weights that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file holds other weights.</exception>
    public static FrozenBackbone Load(IBackend backend, SampleShape image, EmbeddingNetworkOptions options, string file) =>
        Filled(backend, EmbeddingNetwork.Backbone(image, options), parameters => ParameterFile.Read(SafetensorsFile.Read(file), parameters));

    /// <summary>Writes the weights, atomically.</summary>
    public void Save(string path)
    {
        var file = new SafetensorsFile(path);
        ParameterFile.Add(file, Parameters);
        file.Write(path);
    }

    /// <summary>The features of a set, from the file where it has them.</summary>
    /// <param name="set">The images.</param>
    /// <param name="variants">Variants of each image, the plain one included.</param>
    /// <param name="seed">Decides the variants.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <param name="file">Where the features are kept, or null. A file with features of something else is replaced.</param>
    /// <param name="progress">Told the images done and the images in all.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="ArgumentException">The images have another shape than the network's input, or too many features.</exception>
    /// <exception cref="InvalidDataException">An image could not be loaded, or the file is no file of features.</exception>
    public FeatureCache Features(
        IImageSet set, int variants = 1, int seed = 0, int threads = 1, string? file = null, Action<int, int>? progress = null,
        CancellationToken cancellation = default)
    {
        long numbers = (long)set.Count * Parameters.Network.Output.Length;
        if (numbers > Array.MaxLength)
            throw new ArgumentException(
                $"{set.Name}: {set.Count} images have {numbers} numbers of features of {Parameters.Network.Output}; {Array.MaxLength} is the most: a smaller grid makes fewer.",
                nameof(set));
        string fingerprint = file is null ? "" : $"backbone {Fingerprint}, {set.Name}: {ImageSetFingerprint.Of(set)}, {variants} variants, seed {seed}";
        if (file is not null && FeatureCache.Load(file, fingerprint) is { } kept) return kept;
        using var plan = new NetworkPlan(_backend, Parameters.Network, Parameters, Math.Clamp(set.Count, 1, 64), training: false);
        FeatureCache features = FeatureCache.Compute(plan, set, variants, seed, threads, progress, cancellation);
        if (file is not null) features.Save(file, fingerprint);
        return features;
    }

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();
}
