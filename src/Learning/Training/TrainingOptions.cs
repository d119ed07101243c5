using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Where the triplets of a step come from.</summary>
public enum MiningMode
{
    /// <summary>Every triplet of a random batch (the fused kernel).</summary>
    BatchAll,

    /// <summary>Once an epoch: positives above tau, negatives that share nothing and violate the margin (Mojoo, Kurita 2021).</summary>
    GroupHard,

    /// <summary>Once an epoch: any pair of grades at least delta apart that violates its margin, at random.</summary>
    Graded,

    /// <summary>Graded, the negative farther than the positive (FaceNet: Schroff, Kalenichenko, Philbin, CVPR 2015), at random.</summary>
    SemiHard,

    /// <summary>Graded, the nearest negative; what collapses most easily.</summary>
    Hard,

    /// <summary>Graded, drawn by weights inverse to the density of distances (Wu et al., ICCV 2017).</summary>
    DistanceWeighted,
}

/// <summary>How the weights move.</summary>
public enum OptimizerKind
{
    /// <summary>Adam.</summary>
    Adam,

    /// <summary>Stochastic gradient descent with momentum 0.9.</summary>
    MomentumSgd,
}

/// <summary>Everything that decides a training run besides its data; written into the run folder, and what <c>--config</c> reads.</summary>
public sealed record TrainingOptions
{
    /// <summary>Decides initial weights, order, augmentation, dropout and mining.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Sizes of the network.</summary>
    public EmbeddingNetworkOptions Network { get; init; } = new();

    /// <summary>
    /// A safetensors file whose weights the backbone, and its own hidden layers where the network has them, begin with: of a published network, or of one
    /// of this library. It stands in the place of pretraining.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>Passes over the single objects before the embedding is trained; 0 starts from random filters.</summary>
    public int PretrainingEpochs { get; init; } = 10;

    /// <summary>Tiles of a pretraining batch.</summary>
    public int PretrainingBatch { get; init; } = 128;

    /// <summary>Peak rate of pretraining (Adam, cosine decay to 0).</summary>
    public float PretrainingRate { get; init; } = 2e-3f;

    /// <summary>Keep the backbone as pretrained, compute its features once and train the head on them, as the paper does.</summary>
    public bool FreezeBackbone { get; init; } = true;

    /// <summary>Augmented variants of each image whose features are kept when the backbone is frozen.</summary>
    public int FeatureVariants { get; init; } = 2;

    /// <summary>Random flips and shifts.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>Steps of embedding training.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Images of a batch (batch-all), or triplets of a batch (mined).</summary>
    public int Batch { get; init; } = 128;

    /// <summary>How the weights move.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>Peak rate of embedding training (cosine decay to 0).</summary>
    public float Rate { get; init; } = 1e-3f;

    /// <summary>
    /// Steps of embedding training, rising, from each of which on the rate is a tenth of what it was (the paper's 30,000 and 60,000); none: a cosine
    /// from the peak to 0.
    /// </summary>
    public IReadOnlyList<int> RateDrops { get; init; } = [];

    /// <summary>Weight decay, on weights and not on biases.</summary>
    public float Decay { get; init; } = 1e-4f;

    /// <summary>What a step minimises.</summary>
    public LossKind Loss { get; init; } = LossKind.AdaptiveTriplet;

    /// <summary>The similarity of labels that the loss follows: of triplets the one in the margin.</summary>
    public SimilarityKind Similarity { get; init; } = SimilarityKind.MultisetJaccard;

    /// <summary>
    /// The margin between similarity 1 and 0, in squared distance, which the tanh box bounds by 4 D; null means 1.5 D. The paper's 30 at 128
    /// dimensions (0.23 D) serves its composite quantization; a sign flip is a squared distance of 4, so signs need a margin of many flips. Of
    /// <see cref="LossKind.OrthogonalTargets"/> it is one of cosines, and null means 0.2; log-ratio and pairwise similarity have none.
    /// </summary>
    public float? Margin { get; init; }

    /// <summary>The least difference of similarity of a graded triplet.</summary>
    public float Delta { get; init; } = 0.1f;

    /// <summary>The least similarity, exclusive, of a group-hard positive.</summary>
    public float Tau { get; init; } = 0.5f;

    /// <summary>Where triplets come from.</summary>
    public MiningMode Mining { get; init; } = MiningMode.BatchAll;

    /// <summary>Groups that mining cuts the training set into.</summary>
    public int MiningGroups { get; init; } = 50;

    /// <summary>Fewer mined triplets an image than this halve the groups (the paper's 60,000 for 10,000 images).</summary>
    public float MinimumTripletsPerImage { get; init; } = 6f;

    /// <summary>What the sum of hinges is divided by.</summary>
    public TripletReduction Reduction { get; init; } = TripletReduction.MeanOfActive;

    /// <summary>The weight of the squared distance of embeddings from their signs, which pulls them to sign codes; 0 leaves it out.</summary>
    public float Binarise { get; init; }

    /// <summary>Bits of the composite codes that embeddings are pulled to, 0 for none; a multiple of 8, and of 16 above 64 dimensions.</summary>
    public int QuantizeBits { get; init; }

    /// <summary>The weight of the squared distance of embeddings, a half each, from their composite codes (the paper's lambda).</summary>
    public float QuantizeWeight { get; init; } = 0.001f;

    /// <summary>Steps after which the composite codes are learned, and then learned anew.</summary>
    public int QuantizeEvery { get; init; } = 500;

    /// <summary>
    /// The share of the training images that is held out to choose by (the paper's 10 %); 0 holds out none and trains to the last step. Single objects
    /// that the backbone is pretrained on may have been cut out of them.
    /// </summary>
    public float Validation { get; init; }

    /// <summary>Steps between two measurements of the images held out; the last step is measured too. The best weights by them make the model.</summary>
    public int ValidateEvery { get; init; } = 200;

    /// <summary>Measurements in a row no better than the best before them that end the run; 0 trains to the last step.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>The margin in force.</summary>
    [JsonIgnore]
    public float EffectiveMargin =>
        Margin ?? (Loss == LossKind.OrthogonalTargets ? CosineCrossEntropyProblem.DefaultMargin : 1.5f * Network.Dimensions);

    /// <summary>The loss is one of triplets.</summary>
    [JsonIgnore]
    public bool IsOfTriplets => Loss is LossKind.AdaptiveTriplet or LossKind.FixedTriplet;

    /// <summary>The margin of a triplet whose similarities differ by so much.</summary>
    public float MarginOf(float difference) => Loss == LossKind.FixedTriplet ? EffectiveMargin : EffectiveMargin * difference;

    /// <summary>Refuses options that make no run.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and the limit.</exception>
    public void Validate()
    {
        Network.Validate();
        Least(PretrainingEpochs, 0, "pretrainingEpochs");
        Least(PretrainingBatch, 2, "pretrainingBatch");
        Least(FeatureVariants, 1, "featureVariants");
        Least(Steps, 1, "steps");
        Least(Batch, 1, "batch");
        Least(MiningGroups, 1, "miningGroups");
        Least(CheckpointEvery, 1, "checkpointEvery");
        Range(Validation, 0, 0.5, "validation");
        Least(ValidateEvery, 1, "validateEvery");
        Least(Patience, 0, "patience");
        if (RateDrops is null || RateDrops.Any(step => step < 1) || RateDrops.Zip(RateDrops.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException($"rateDrops are '{string.Join(',', RateDrops ?? [])}'; they are steps from 1 on, each after the one before, or none.");
        Range(PretrainingRate, 0, 10, "pretrainingRate");
        Range(Rate, 0, 10, "rate");
        Range(Decay, 0, 1, "decay");
        Range(EffectiveMargin, 0, Loss == LossKind.OrthogonalTargets ? 2 : 1e6, "margin");
        Range(Binarise, 0, 1e6, "binarise");
        Range(QuantizeWeight, 0, 1e6, "quantizeWeight");
        Least(QuantizeEvery, 1, "quantizeEvery");
        ValidateQuantizeBits();
        Range(Delta, 0, 1, "delta");
        Range(Tau, 0, 1, "tau");
        Range(MinimumTripletsPerImage, 0, 1e6, "minimumTripletsPerImage");
        Known(Loss, "loss");
        Known(Optimizer, "optimizer");
        Known(Similarity, "similarity");
        Known(Mining, "mining");
        Known(Reduction, "reduction");
        if (Mining == MiningMode.BatchAll) Least(Batch, 3, "batch");
        if (!IsOfTriplets && Mining != MiningMode.BatchAll)
            throw new ArgumentException($"mining is {Mining}; the loss {Loss} takes whole batches, which is {MiningMode.BatchAll}.");
        if (Loss is LossKind.LogRatio or LossKind.PairwiseSimilarity)
        {
            if (Margin is not null) throw new ArgumentException($"margin is {Margin}; the loss {Loss} has none.");
            if (Similarity == SimilarityKind.SharedCount)
                throw new ArgumentException($"similarity is {Similarity}; the loss {Loss} needs one from 0 to 1.");
        }
        if (FreezeBackbone && PretrainingEpochs == 0 && Weights is null)
            throw new ArgumentException("freezeBackbone is true and pretrainingEpochs is 0 without weights: the backbone would stay random.");
        if (Weights is { Length: 0 }) throw new ArgumentException("weights is ''; a file is needed, or none is to be named.");
        if (Weights is not null && PretrainingEpochs > 0)
            throw new ArgumentException($"weights is '{Weights}' and pretrainingEpochs is {PretrainingEpochs}; one of them makes the backbone.");
    }

    /// <summary>Reads the JSON form; what is left out keeps its default, unknown names are refused.</summary>
    /// <exception cref="InvalidDataException">It is not such JSON; the message names the file and the place.</exception>
    public static TrainingOptions Parse(string json, string name)
    {
        try
        {
            return PartialJson.Read(
                json, PartialJson.ToObject(new TrainingOptions(), TrainingJson.Default.TrainingOptions), TrainingJson.Default.TrainingOptions)
                ?? throw new InvalidDataException($"{name}: holds no JSON object; options are one.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>The JSON form of today of options that a run has kept: those that are younger than it are as by default.</summary>
    /// <exception cref="InvalidDataException">As of <see cref="Parse"/>.</exception>
    internal static string Normalized(string json, string name)
    {
        TrainingOptions options = Parse(json, name);
        try
        {
            return options.ToJson();
        }
        catch (ArgumentException e)
        {
            // A number beyond a float is read as infinity, which JSON has not.
            throw new InvalidDataException($"{name}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>The JSON form.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TrainingJson.Default.TrainingOptions);

    private void ValidateQuantizeBits()
    {
        int unit = 8 * QuantizerSpec.HalvesOf(Network.Dimensions), most = 8 * Math.Min(Network.Dimensions, CompositeEncodingProblem.MaxCodebooks);
        if (QuantizeBits < 0 || QuantizeBits % unit != 0 || QuantizeBits > most)
            throw new ArgumentException(
                $"quantizeBits is {QuantizeBits}; for {Network.Dimensions} dimensions it is a multiple of {unit} from 0 to {most}.");
    }

    private static void Least(int value, int least, string name)
    {
        if (value < least) throw new ArgumentException($"{name} is {value}; the least is {least}.");
    }

    private static void Range(float value, double low, double high, string name)
    {
        if (!(value >= low && value <= high))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; the range is {low} to {high}."));
    }

    private static void Known<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw new ArgumentException($"{name} is '{value}'; it is one of {string.Join(", ", Enum.GetNames<T>())}.");
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true, RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TrainingOptions))]
internal sealed partial class TrainingJson : JsonSerializerContext;
