using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>What a trained network is, beside its weights; kept in the metadata of its file.</summary>
public sealed record ModelDescription
{
    /// <summary>Channels of the images it takes.</summary>
    public required int Channels { get; init; }

    /// <summary>Height of the images it takes.</summary>
    public required int Height { get; init; }

    /// <summary>Width of the images it takes.</summary>
    public required int Width { get; init; }

    /// <summary>Sizes of the network.</summary>
    public required EmbeddingNetworkOptions Network { get; init; }

    /// <summary>The classes whose counts it was trained on.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The similarity it was trained to follow.</summary>
    public required SimilarityKind Similarity { get; init; }

    /// <summary>The name of the training set.</summary>
    public required string TrainedOn { get; init; }

    /// <summary>How an image becomes the network's input, in the words of whoever reads images.</summary>
    public string Preprocessing { get; init; } = "";
}

/// <summary>A trained embedding network: images [N,C,H,W] to [N,D] in [-1,1]. One safetensors file holds weights and description.</summary>
public sealed class EmbeddingModel : IDisposable
{
    private const string Format = "jaccardkernels-model-1";

    // Images whose crops are embedded in one go: 10 batches of 64, and their embeddings a megabyte or so.
    private const int ImagesOfCrops = 64;

    private readonly Dictionary<int, NetworkPlan> _plans = [];

    /// <summary>A model with initial weights.</summary>
    public EmbeddingModel(IBackend backend, ModelDescription description, int seed)
        : this(description, new ParameterStore(backend, NetworkOf(description), seed))
    {
    }

    private EmbeddingModel(ModelDescription description, ParameterStore parameters) => (Description, Parameters) = (description, parameters);

    /// <summary>What it is.</summary>
    public ModelDescription Description { get; }

    /// <summary>Its weights.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>Dimensions of an embedding.</summary>
    public int Dimensions => Parameters.Network.Output.Length;

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidDataException">The file is no model, or its weights do not fit its description.</exception>
    public static EmbeddingModel Load(IBackend backend, string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        string format = CheckpointFile.Text(file, "format");
        if (format != Format) throw new InvalidDataException(OneLine.Of($"{path}: format is '{format}'; '{Format}' is needed."));
        ModelDescription description = DescriptionIn(file);
        Network network = Sound(file, () => NetworkOf(description));
        // Before there is memory for what the description asks for: the weights are there, and the file is as long as they are.
        float[][] values = ParameterFile.Values(file, network);
        var parameters = new ParameterStore(backend, network, seed: 0);
        for (int i = 0; i < values.Length; i++) parameters.Upload(i, values[i]);
        return new EmbeddingModel(description, parameters);
    }

    /// <summary>Whether a file is a model of this library.</summary>
    internal static bool IsModel(SafetensorsFile file) => file.Metadata.TryGetValue("format", out string? format) && format == Format;

    /// <summary>The description in a model's file.</summary>
    /// <exception cref="InvalidDataException">It is not sound.</exception>
    internal static ModelDescription DescriptionIn(SafetensorsFile file) => Sound(file, () =>
    {
        // Older models do not have the network's younger options, which then are as by default; all else must be there.
        var defaults = new JsonObject { ["network"] = PartialJson.ToObject(new EmbeddingNetworkOptions(), ModelJson.Default.EmbeddingNetworkOptions) };
        ModelDescription description = PartialJson.Read(CheckpointFile.Text(file, "model"), defaults, ModelJson.Default.ModelDescription)
            ?? throw new InvalidDataException($"{file.Name}: the description of the model is no object.");
        // Annotations keep null out of properties, not out of lists; and any number is taken for an enumeration.
        if (description.ClassNames.Contains(null!)) throw new InvalidDataException($"{file.Name}: the description of the model has a class without a name.");
        if (!Enum.IsDefined(description.Similarity))
            throw new InvalidDataException($"{file.Name}: the similarity is '{description.Similarity}'; it is one of {string.Join(", ", Enum.GetNames<SimilarityKind>())}.");
        return description;
    });

    private static Network NetworkOf(ModelDescription description) =>
        EmbeddingNetwork.Whole(new SampleShape(description.Channels, description.Height, description.Width), description.Network);

    private static T Sound<T>(SafetensorsFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"{file.Name}: the description of the model is not sound: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Writes the model atomically.</summary>
    public void Save(string path)
    {
        var file = new SafetensorsFile(path);
        file.Metadata["format"] = Format;
        file.Metadata["model"] = JsonSerializer.Serialize(Description, ModelJson.Default.ModelDescription);
        ParameterFile.Add(file, Parameters);
        file.Write(path);
    }

    /// <summary>Embeddings [N,D] of a set.</summary>
    /// <param name="set">Images of the model's shape.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <param name="progress">Told the images done.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public float[] Embed(IImageSet set, int threads = 1, Action<int>? progress = null, CancellationToken cancellation = default) =>
        Inference.Run(Plan(Math.Clamp(set.Count, 1, 64)), set, threads: threads, progress: progress, cancellation: cancellation);

    /// <summary>Embeddings [N,D] of a set, each the mean of those of ten crops (<see cref="ImageCrop.Ten"/>).</summary>
    /// <param name="set">Images of the model's shape, cropped from larger frames.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <param name="progress">Told the images done.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="ArgumentException">The images have another shape, or no frame that crops could be chosen from.</exception>
    public float[] EmbedTenCrops(IImageSet set, int threads = 1, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        if (set is not ICropImages { HasCrops: true } images)
            throw new ArgumentException(
                $"{set.Name}: images are of the network's size, {set.Width}x{set.Height}, with nothing to crop from; "
                + "resize=SIZE in the data's text gives them a frame.",
                nameof(set));
        var means = new float[checked(set.Count * Dimensions)];
        for (int first = 0; first < set.Count; first += ImagesOfCrops)
        {
            int start = first, count = Math.Min(ImagesOfCrops, set.Count - first), crops = ImageCrop.Ten.Count;
            float[] embeddings = Embed(new CropSet(images, first, count), threads, done => progress?.Invoke(start + done / crops), cancellation);
            for (int i = 0; i < count * Dimensions; i++)
            {
                (int image, int d) = Math.DivRem(i, Dimensions);
                double sum = 0;
                for (int crop = 0; crop < crops; crop++) sum += embeddings[(image * crops + crop) * Dimensions + d];
                means[first * Dimensions + i] = (float)(sum / crops);
            }
        }
        return means;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NetworkPlan plan in _plans.Values) plan.Dispose();
        Parameters.Dispose();
    }

    private NetworkPlan Plan(int batch)
    {
        if (!_plans.TryGetValue(batch, out NetworkPlan? plan))
            _plans[batch] = plan = new NetworkPlan(Parameters.Backend, Parameters.Network, Parameters, batch, training: false);
        return plan;
    }
}

[JsonSourceGenerationOptions(
    RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ModelDescription))]
internal sealed partial class ModelJson : JsonSerializerContext;
