using System.Globalization;
using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>What a run trains on.</summary>
/// <param name="Images">Scenes with counts per class.</param>
/// <param name="Tiles">Single objects for pretraining, or null.</param>
/// <param name="Preprocessing">How an image becomes the network's input; kept with the model.</param>
public sealed record TrainingData(IImageSet Images, IImageSet? Tiles, string Preprocessing = "");

/// <summary>
/// A training run in a folder: pretraining of the backbone on single objects, then the embedding by triplets. Checkpoints at
/// fixed steps and when stopped; a resumed run ends with the same bits as one that was never stopped.
/// </summary>
public sealed class Trainer
{
    private readonly IBackend _backend;
    private readonly TrainingData _data;
    private readonly TrainingOptions _options;
    private readonly RunFolder _folder;
    private readonly int _threads;
    private readonly IValidationMeasure? _measure;
    private readonly string _optionsText, _dataText;
    private readonly ValidationSplit _split;
    private readonly LabelMatrix _labels;
    private readonly Network _network;
    private readonly PretrainingTiles? _tiles;
    private readonly IReadOnlyDictionary<int, float[]> _weights = new Dictionary<int, float[]>();
    private FeatureCache? _features, _heldOutFeatures;
    private float[][]? _finalWeights;

    /// <summary>Checks what can be checked before the first step.</summary>
    /// <param name="backend">Where the network runs.</param>
    /// <param name="data">What it trains on.</param>
    /// <param name="options">How it trains.</param>
    /// <param name="folder">Where the run is kept.</param>
    /// <param name="loaderThreads">Threads that decode images.</param>
    /// <param name="measure">What images held out are measured by; needed where options hold some out.</param>
    /// <exception cref="ArgumentException">An option is out of range, or does not fit the data.</exception>
    /// <exception cref="InvalidDataException">The labels admit no triplet or no measure, a single object is not one, or the weights do not fit.</exception>
    /// <exception cref="IOException">The file of weights cannot be read.</exception>
    public Trainer(
        IBackend backend, TrainingData data, TrainingOptions options, RunFolder folder, int loaderThreads = 1, IValidationMeasure? measure = null)
    {
        options.Validate();
        (_backend, _data, _options, _folder, _threads, _measure) = (backend, data, options, folder, loaderThreads, measure);
        IImageSet images = data.Images;
        if (images.Count < 3) throw new ArgumentException($"{images.Name} has {images.Count} images; a triplet needs 3.");
        if (options.PretrainingEpochs > 0 && data.Tiles is null)
            throw new ArgumentException(
                $"pretrainingEpochs is {options.PretrainingEpochs}; {images.Name} has no single objects to pretrain on: "
                + "set pretrainingEpochs to 0 and freezeBackbone to false.");
        _split = ValidationSplit.Of(images, options);
        if (options.Mining == MiningMode.BatchAll && options.Batch > _split.Train.Count)
            throw new ArgumentException($"batch is {options.Batch}; {_split.Train.Name} has {_split.Train.Count} images.");
        _labels = Labels(_split.Train);
        if (_split.HeldOut is { } held)
        {
            if (measure is null) throw new ArgumentException($"validation is {options.Validation}; there is no measure to choose by.", nameof(measure));
            // What labels rule out is not to be found out after an hour.
            measure.Of(backend, new float[held.Count], held.ToLabelMatrix());
        }
        _network = EmbeddingNetwork.Whole(new SampleShape(images.Channels, images.Height, images.Width), options.Network);
        _tiles = options.PretrainingEpochs > 0 ? new PretrainingTiles(data.Tiles!, images, options) : null;
        _optionsText = options.ToJson();
        // Before anything is written; a run with a checkpoint needs them no more.
        if (options.Weights is not null && !File.Exists(folder.Checkpoint))
            _weights = PublishedBackbone.ReadWeights(SafetensorsFile.Read(options.Weights), _network, options.Network);
        // A run resumed on other images would not be the run it was.
        _dataText = string.Join("; ", new[] { images, _tiles?.Images }.OfType<IImageSet>().Select(ImageSetFingerprint.Of));
    }

    /// <summary>Told of every step.</summary>
    public Action<TrainingMetrics>? Progress { get; init; }

    /// <summary>A finished run on the same data whose pretrained, frozen backbone and features this one takes over instead of pretraining
    /// anew.</summary>
    public Trainer? Backbone { get; init; }

    /// <summary>After which step, and why, where a finished run did fewer than it was given; else null.</summary>
    public string? EndedEarly { get; private set; }

    /// <summary>Told of work between phases: what, done, in all.</summary>
    public Action<string, int, int>? Preparing { get; init; }

    /// <summary>Runs to the end, or until cancelled: then the state is saved.</summary>
    /// <param name="resume">Continue from the folder's checkpoint.</param>
    /// <param name="cancellation">Stops after the present step.</param>
    /// <returns>The trained model, also written to the folder; null when the run was stopped.</returns>
    /// <exception cref="IOException">The folder holds a run already, or a file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The checkpoint does not belong to this run, or an image could not be loaded.</exception>
    /// <exception cref="InvalidOperationException">The run to take the backbone from has not finished, or saw other images.</exception>
    public EmbeddingModel? Run(bool resume, CancellationToken cancellation)
    {
        SafetensorsFile? checkpoint = OpenFolder(resume);
        long keep = checkpoint is null ? 0 : CheckpointFile.Number(checkpoint, "metricsBytes");
        string? phaseName = checkpoint is null ? null : CheckpointFile.Text(checkpoint, "phase");
        using var log = new MetricsLog(_folder.Metrics, keep);
        using var whole = new ParameterStore(_backend, _network, _options.Seed);
        foreach ((int parameter, float[] values) in _weights) whole.Upload(parameter, values);
        try
        {
            if (Backbone is not null)
            {
                TakeOver(Backbone, whole);
            }
            else if (_tiles is not null && phaseName != "embedding")
            {
                using var pretraining = new PretrainingPhase(_backend, _tiles, _options, _threads);
                if (!RunPhase(pretraining, checkpoint, log, null, cancellation)) return null;
                checkpoint = null;
                whole.CopyFrom(pretraining.Parameters);
            }
            else if (checkpoint is not null && _options.FreezeBackbone)
            {
                // The head's phase saves the backbone beside its own state; a phase over the whole network saves everything itself.
                ParameterFile.Read(checkpoint, whole, "whole.");
            }
            if (!RunEmbedding(whole, checkpoint, log, cancellation)) return null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
        return Finish(whole);
    }

    private bool RunEmbedding(ParameterStore whole, SafetensorsFile? checkpoint, MetricsLog log, CancellationToken cancellation)
    {
        if (!_options.FreezeBackbone)
        {
            Validation? validation = _split.HeldOut is { } images ? NewValidation(whole, new LoadedInput(_backend, images, _threads), images) : null;
            using var phase = new EmbeddingPhase(_backend, whole, new LoadedInput(_backend, _split.Train, _threads), _labels, _options, validation);
            return RunPhase(phase, checkpoint, log, null, cancellation);
        }
        FeatureCache features = _features = Backbone?._features ?? Features(
            whole, _split.Train, _options.Augment ? _options.FeatureVariants : 1, _folder.Features, cancellation);
        if (_split.HeldOut is not null)
            _heldOutFeatures = Backbone?._heldOutFeatures ?? Features(whole, _split.HeldOut, 1, _folder.ValidationFeatures, cancellation);
        Network headNetwork = EmbeddingNetwork.Head(features.Shape, _options.Network);
        using var head = new ParameterStore(_backend, headNetwork, _options.Seed);
        head.CopyFrom(whole);
        Validation? headValidation = _heldOutFeatures is { } held
            ? NewValidation(head, new FeatureInput(_backend, held, held.Count), _split.HeldOut!)
            : null;
        using var headPhase = new EmbeddingPhase(_backend, head, new FeatureInput(_backend, features, features.Count), _labels, _options, headValidation);
        if (!RunPhase(headPhase, checkpoint, log, file => ParameterFile.Add(file, whole, "whole."), cancellation)) return false;
        whole.CopyFrom(head);
        return true;
    }

    private Validation NewValidation(ParameterStore parameters, IEmbeddingInput input, IImageSet images) =>
        new(parameters, input, images.ToLabelMatrix(), _measure!, _options);

    private void TakeOver(Trainer finished, ParameterStore whole)
    {
        if (finished._finalWeights is null || finished._features is null)
            throw new InvalidOperationException("the run to take the backbone from has not finished, or did not freeze its backbone.");
        if (finished._dataText != _dataText || finished._options.Validation != _options.Validation || (_options.Validation > 0 && finished._options.Seed != _options.Seed))
            throw new InvalidOperationException("the run to take the backbone from trained on other images, or held out others: its features are not these images'.");
        for (int i = 0; i < whole.Count; i++)
            if (EmbeddingNetwork.IsBackbone(whole.Spec(i))) whole.Upload(i, finished._finalWeights[i]);
    }

    private FeatureCache Features(ParameterStore whole, IImageSet images, int variants, string file, CancellationToken cancellation)
    {
        using FrozenBackbone backbone = FrozenBackbone.Of(_backend, whole.Network.Input, _options.Network, whole);
        return backbone.Features(
            images, variants, _options.Seed, _threads, file, (done, all) => Preparing?.Invoke("features", done, all), cancellation);
    }

    // True when the phase came to its end; false when it was stopped, its state saved.
    private bool RunPhase(ITrainingPhase phase, SafetensorsFile? checkpoint, MetricsLog log, Action<SafetensorsFile>? more,
        CancellationToken cancellation)
    {
        if (checkpoint is not null && CheckpointFile.Text(checkpoint, "phase") == phase.Name)
            phase.Restore(checkpoint, CheckpointFile.Number(checkpoint, "done"));
        int saved = phase.Done;
        while (!phase.IsDone && !cancellation.IsCancellationRequested)
        {
            TrainingMetrics metrics;
            int before = phase.Done;
            try
            {
                if (!phase.Prepare()) break;
                metrics = phase.Step();
            }
            catch (Exception e) when (e is InvalidDataException or IOException && phase.Done == before && saved != before)
            {
                // An image that cannot be read, before the step has changed anything: what was trained until here is not lost.
                Save();
                throw;
            }
            metrics.RequireFinite();
            log.Write(metrics);
            Progress?.Invoke(metrics);
            if (phase.Done % _options.CheckpointEvery == 0) Save();
        }
        if (saved != phase.Done) Save();
        if (!phase.IsDone) return false;
        EndedEarly = phase.EndedEarly is { } reason
            ? string.Create(CultureInfo.InvariantCulture, $"after step {phase.Done} of {phase.Steps}: {reason}")
            : null;
        phase.Finish();
        return true;

        void Save()
        {
            log.Flush();
            CheckpointFile.Write(_folder.Checkpoint, phase, _optionsText, _dataText, log.Length, more);
            saved = phase.Done;
        }
    }

    private SafetensorsFile? OpenFolder(bool resume)
    {
        bool exists = File.Exists(_folder.Options);
        if (resume && exists)
        {
            if (TrainingOptions.Normalized(File.ReadAllText(_folder.Options), _folder.Options) != _optionsText)
                throw new InvalidDataException(
                    $"{_folder.Path}: belongs to a run with other options; resume with the options in {Path.GetFileName(_folder.Options)}.");
            return File.Exists(_folder.Checkpoint) ? CheckpointFile.Read(_folder.Checkpoint, _optionsText, _dataText) : null;
        }
        if (resume) throw new FileNotFoundException($"{_folder.Path}: holds no run to resume.", _folder.Options);
        if (exists) throw new IOException($"{_folder.Path}: holds a run already; resume it, or name another folder.");
        Directory.CreateDirectory(_folder.Path);
        AtomicFile.WriteAllText(_folder.Options, _optionsText);
        return null;
    }

    private EmbeddingModel Finish(ParameterStore whole)
    {
        var model = new EmbeddingModel(_backend, Describe(_data, _options), _options.Seed);
        model.Parameters.CopyFrom(whole);
        _finalWeights = [.. Enumerable.Range(0, whole.Count).Select(whole.Download)];
        model.Save(_folder.Model);
        // They served to resume; a hundred megabytes and more.
        foreach (string file in new[] { _folder.Features, _folder.ValidationFeatures }) File.Delete(file);
        return model;
    }

    /// <summary>The description of the model that a run will train.</summary>
    public static ModelDescription Describe(TrainingData data, TrainingOptions options) => new()
    {
        Channels = data.Images.Channels,
        Height = data.Images.Height,
        Width = data.Images.Width,
        Network = options.Network,
        ClassNames = data.Images.ClassNames,
        Similarity = options.Similarity,
        TrainedOn = data.Images.Name,
        Preprocessing = data.Preprocessing,
    };

    private static LabelMatrix Labels(IImageSet images)
    {
        LabelMatrix labels = images.ToLabelMatrix();
        for (int i = 1; i < images.Count; i++)
            if (!labels.Row(i).SequenceEqual(labels.Row(0))) return labels;
        throw new InvalidDataException($"{images.Name}: all {images.Count} images have the same labels; there is nothing to tell apart.");
    }
}
