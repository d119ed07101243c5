using System.Diagnostics;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Teaches the backbone to tell single objects apart (softmax cross entropy), before it sees scenes.</summary>
internal sealed class PretrainingPhase : ITrainingPhase
{
    private readonly IBackend _backend;
    private readonly IImageSet _tiles;
    private readonly TrainingOptions _options;
    private readonly int _classes;
    private readonly int _threads;
    private readonly NetworkPlan _plan;
    private readonly AdamOptimizer _optimizer;
    private readonly DeviceBuffer _labels, _loss;
    private readonly int[] _classOf, _batchClasses;
    private readonly float[] _logits, _lossValue = new float[1];
    private BatchUploader? _batches;

    public PretrainingPhase(IBackend backend, PretrainingTiles tiles, TrainingOptions options, int threads)
    {
        (_backend, _tiles, _options, _threads, _classes, _classOf) = (backend, tiles.Images, options, threads, tiles.Classes, tiles.ClassOf);
        int batch = options.PretrainingBatch;
        Parameters = new ParameterStore(backend, tiles.Network, options.Seed);
        _plan = new NetworkPlan(backend, tiles.Network, Parameters, batch, training: true, options.Seed);
        _optimizer = new AdamOptimizer(Parameters, spec => new ParameterGroup(1f, spec.IsBias ? 0f : options.Decay));
        (_labels, _loss) = (backend.Allocate<int>(batch), backend.Allocate<float>(1));
        (_batchClasses, _logits) = (new int[batch], new float[batch * _classes]);
        Steps = (int)Math.Min(int.MaxValue, (long)options.PretrainingEpochs * _tiles.Count / batch);
    }

    public ParameterStore Parameters { get; }

    public string Name => "pretraining";

    public int Steps { get; }

    public int Done { get; private set; }

    public TrainingMetrics Step()
    {
        long start = Stopwatch.GetTimestamp();
        int[] indices = (_batches ??= Batches()).Next(_plan.Input);
        for (int i = 0; i < _batchClasses.Length; i++) _batchClasses[i] = _classOf[indices[i]];
        _backend.Upload<int>(_batchClasses, _labels.As<int>());
        _plan.Forward(Done);
        _backend.SoftmaxCrossEntropy(
            new SoftmaxCrossEntropyProblem(_plan.Batch, _classes), _plan.Output, _labels.Slice<int>(0, _plan.Batch), _loss.Slice<float>(0, 1),
            _plan.OutputGradient);
        _batches.Prefetch();
        _backend.Download(_loss.Slice<float>(0, 1), _lossValue.AsSpan());
        _backend.Download(_plan.Output, _logits.AsSpan());
        Parameters.ZeroGradients();
        _plan.Backward();
        float rate = RateSchedule.Cosine(_options.PretrainingRate, Done, Steps);
        _optimizer.Step(rate);
        _batches.Prefetch();
        float accuracy = Accuracy();
        _backend.Synchronize();
        Done++;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new TrainingMetrics(
            Name, Done, Steps, _lossValue[0], accuracy, 0, 0, float.NaN, float.NaN, 0, 0, rate, _plan.Batch / seconds,
            Collapsed: false);
    }

    public void Save(SafetensorsFile file)
    {
        ParameterFile.Add(file, Parameters, "classifier.");
        ParameterFile.Add(file, _optimizer, "state");
    }

    public void Restore(SafetensorsFile file, int done)
    {
        ParameterFile.Read(file, Parameters, "classifier.");
        ParameterFile.Read(file, _optimizer, "state");
        _optimizer.Steps = Done = done;
    }

    public void Dispose()
    {
        _batches?.Dispose();
        _labels.Dispose();
        _loss.Dispose();
        _optimizer.Dispose();
        _plan.Dispose();
        Parameters.Dispose();
    }

    private BatchUploader Batches()
    {
        var schedule = new ShuffledSchedule(_tiles.Count, _plan.Batch, _options.Seed, _options.Augment);
        return new BatchUploader(
            _backend, new BatchLoader(_tiles, schedule, Done, Steps, _threads), _plan.Batch, _tiles.Channels * _tiles.Height * _tiles.Width);
    }

    private float Accuracy()
    {
        int right = 0;
        for (int i = 0; i < _batchClasses.Length; i++)
        {
            ReadOnlySpan<float> row = _logits.AsSpan(i * _classes, _classes);
            if (System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row) == _batchClasses[i]) right++;
        }
        return (float)right / _batchClasses.Length;
    }
}
