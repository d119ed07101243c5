using System.Diagnostics;
using System.Globalization;
using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// Trains embeddings by an objective: on random batches, or on lists of triplets mined once an epoch. With a frozen backbone the network is the
/// head alone and its inputs are kept features.
/// </summary>
internal sealed class EmbeddingPhase : ITrainingPhase
{
    private const string TripletsKey = "mined.triplets", MarginsKey = "mined.margins", GroupsKey = "mined.groups", EpochKey = "mined.epoch",
        FirstStepKey = "mined.firstStep";

    private readonly IBackend _backend;
    private readonly LabelMatrix _labels;
    private readonly TrainingOptions _options;
    private readonly IEmbeddingInput _input;
    private readonly NetworkPlan _plan;
    private readonly Optimizer _optimizer;
    private readonly IObjective _objective;
    private readonly QuantizationTerms _quantization;
    private readonly TripletMiner? _miner;
    private readonly Validation? _validation;
    private readonly NetworkPlan? _evaluation;
    private readonly float[] _embeddings;
    private MinedTriplets? _mined;
    private TripletSchedule? _schedule;
    private int _epoch = -1, _epochFirstStep;
    private bool _started, _converged;

    public EmbeddingPhase(
        IBackend backend, ParameterStore parameters, IEmbeddingInput input, LabelMatrix labels, TrainingOptions options, Validation? validation = null)
    {
        (_backend, Parameters, _input, _labels, _options, _validation) = (backend, parameters, input, labels, options, validation);
        bool mined = options.Mining != MiningMode.BatchAll;
        Network network = parameters.Network;
        int rows = mined ? 3 * options.Batch : options.Batch;
        _plan = new NetworkPlan(backend, network, parameters, rows, training: true, options.Seed);
        _optimizer = options.Optimizer == OptimizerKind.Adam ? new AdamOptimizer(parameters, Group) : new MomentumSgdOptimizer(parameters, Group);
        ParameterGroup Group(ParameterSpec spec) => GroupOf(spec, options);
        _quantization = new QuantizationTerms(backend, options, rows);
        if (mined || options.QuantizeBits > 0 || validation is not null) _evaluation = new NetworkPlan(backend, network, parameters, options.Batch, training: false);
        _embeddings = new float[rows * network.Output.Length];
        _objective = options.Loss switch
        {
            LossKind.LogRatio or LossKind.PairwiseSimilarity => new SimilarityObjective(backend, labels, options),
            LossKind.OrthogonalTargets => new OrthogonalTargetsObjective(backend, labels, options, network.Output.Length),
            _ when mined => new MinedObjective(backend, options),
            _ => new BatchAllObjective(backend, labels, options),
        };
        if (!mined) return;
        _miner = new TripletMiner(backend, labels, options);
    }

    public ParameterStore Parameters { get; }

    public string Name => "embedding";

    public int Steps => _options.Steps;

    public int Done { get; private set; }

    public bool IsDone => Done >= Steps || EndedEarly is not null;

    public string? EndedEarly =>
        _converged ? "no triplet violates its margin any more"
        : Done < Steps && _validation is { HasCeasedToImprove: true } ? $"{_options.Patience} measurements of the images held out were no better than the best before"
        : null;

    public bool Prepare()
    {
        if (_miner is not null && (_mined is null || Done >= _epochFirstStep + _schedule!.StepsPerPass)) MineEpoch();
        return !_converged;
    }

    public TrainingMetrics Step()
    {
        long start = Stopwatch.GetTimestamp();
        if (!Prepare()) throw new InvalidOperationException("the phase is done.");
        if (_quantization.LearnsBefore(Done)) _quantization.Learn(_input.RunAll(_evaluation!));
        if (!_started) StartInput();
        ReadOnlySpan<int> indices = _input.Next(_plan.Input);
        _plan.Forward(Done);
        _input.Prefetch();
        ObjectiveReport report = _objective.Run(Done, indices, _plan.Output, _plan.OutputGradient);
        float terms = _quantization.Add(_plan.Output, _plan.OutputGradient);
        _backend.Download(_plan.Output, _embeddings.AsSpan());
        Parameters.ZeroGradients();
        _plan.Backward();
        float rate = _options.RateDrops.Count == 0 ? RateSchedule.Cosine(_options.Rate, Done, Steps) : RateSchedule.Stepped(_options.Rate, _options.RateDrops, Done);
        _optimizer.Step(rate);
        _input.Prefetch();
        EmbeddingSpread spread = EmbeddingSpread.Of(_embeddings, _plan.Network.Output.Length);
        _backend.Synchronize();
        Done++;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new TrainingMetrics(
            Name, Done, Steps, report.Loss + terms, float.NaN, report.Triplets, report.Active, report.PositiveDistance, report.NegativeDistance,
            spread.Variance, spread.Saturation, rate, _plan.Batch / seconds, spread.IsCollapsed(report, _options))
        {
            Validation = _validation?.After(Done, _evaluation!) ?? float.NaN,
        };
    }

    public void Save(SafetensorsFile file)
    {
        ParameterFile.Add(file, Parameters, "network.");
        ParameterFile.Add(file, _optimizer, "state");
        _quantization.Save(file);
        _validation?.Save(file);
        if (_mined is null) return;
        file.Add<int>(TripletsKey, _mined.Triplets, _mined.Count, 3);
        file.Add<float>(MarginsKey, _mined.Margins, _mined.Count);
        file.Metadata[GroupsKey] = _mined.Groups.ToString(CultureInfo.InvariantCulture);
        file.Metadata[EpochKey] = _epoch.ToString(CultureInfo.InvariantCulture);
        file.Metadata[FirstStepKey] = _epochFirstStep.ToString(CultureInfo.InvariantCulture);
    }

    public void Restore(SafetensorsFile file, int done)
    {
        ParameterFile.Read(file, Parameters, "network.");
        ParameterFile.Read(file, _optimizer, "state");
        _optimizer.Steps = Done = done;
        _quantization.Restore(file);
        _validation?.Restore(file);
        if (_miner is null || !file.TryGet(TripletsKey, out StoredArray? triplets)) return;
        _mined = new MinedTriplets(triplets.ToInt32(), file[MarginsKey].ToSingle(), CheckpointFile.Number(file, GroupsKey));
        (_epoch, _epochFirstStep) = (CheckpointFile.Number(file, EpochKey), CheckpointFile.Number(file, FirstStepKey));
        if (_mined.Count == 0 || _mined.Triplets.Length != 3 * _mined.Count || _mined.Triplets.AsSpan().ContainsAnyExceptInRange(0, _labels.Count - 1))
            throw new InvalidDataException($"{file.Name}: the mined triplets do not belong to a set of {_labels.Count} images.");
        if (_epochFirstStep > done)
            throw new InvalidDataException($"{file.Name}: '{FirstStepKey}' is {_epochFirstStep}; {done} steps are done.");
        _schedule = NewSchedule(_mined);
    }

    public void Finish() => _validation?.TakeBest();

    public void Dispose()
    {
        _input.Dispose();
        _validation?.Dispose();
        _miner?.Dispose();
        _objective.Dispose();
        _quantization.Dispose();
        _optimizer.Dispose();
        _evaluation?.Dispose();
        _plan.Dispose();
    }

    // The paper's groups (Mojoo, Kurita 2021): twice the rate for biases and ten times for new layers; Adam scales each weight by itself.
    internal static ParameterGroup GroupOf(ParameterSpec spec, TrainingOptions options)
    {
        float decay = spec.IsBias ? 0f : options.Decay;
        if (options.Optimizer == OptimizerKind.Adam) return new ParameterGroup(1f, decay);
        return new ParameterGroup((spec.IsBias ? 2f : 1f) * (EmbeddingNetwork.IsPretrained(spec) ? 1f : 10f), decay);
    }

    private void MineEpoch()
    {
        // Nothing changes unless mining succeeds: what is saved after a failure is the state before it.
        MinedTriplets? mined = _miner!.Mine(_input.RunAll(_evaluation!), _mined?.Groups ?? _options.MiningGroups, _epoch + 1);
        if (mined is null && _mined is null)
            throw new InvalidDataException(
                $"mining found no triplet in {_labels.Count} images: {_options.Mining} needs pairs with similar and with different labels, "
                + "and a margin above 0 that some of them violate.");
        _converged = mined is null;
        if (mined is null) return;
        _mined = mined;
        (_epoch, _epochFirstStep, _started) = (_epoch + 1, Done, false);
        _schedule = NewSchedule(_mined);
    }

    private TripletSchedule NewSchedule(MinedTriplets mined) =>
        ((MinedObjective)_objective).Schedule = new(mined, _options.Batch, _epochFirstStep, _options.Seed, _options.Augment);

    private void StartInput()
    {
        if (_schedule is null) _input.Start(new ShuffledSchedule(_labels.Count, _plan.Batch, _options.Seed, _options.Augment), Done, Steps);
        else _input.Start(_schedule, Done, Math.Min(Steps, _epochFirstStep + _schedule.StepsPerPass));
        _started = true;
    }
}
