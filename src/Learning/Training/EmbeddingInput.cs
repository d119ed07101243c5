using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Brings the batches of a schedule to the input of a plan, and embeds the whole set for mining: from images, or from kept
/// features.</summary>
internal interface IEmbeddingInput : IDisposable
{
    /// <summary>Begins a schedule at a step.</summary>
    void Start(IBatchSchedule schedule, int firstStep, int endStep);

    /// <summary>Queues the upload of the batch of the next step; returns the numbers of its images, valid until the next call.</summary>
    ReadOnlySpan<int> Next(DeviceSpan<float> input);

    /// <summary>Sends the batch after it on its way, where it is at hand; to be called once the work on the present one is queued.</summary>
    void Prefetch();

    /// <summary>The outputs [N,D] of a plan for inference over the whole set, plain images.</summary>
    float[] RunAll(NetworkPlan plan);
}

/// <summary>Images, decoded in parallel with training.</summary>
internal sealed class LoadedInput(IBackend backend, IImageSet set, int threads) : IEmbeddingInput
{
    private BatchUploader? _batches;

    public void Start(IBatchSchedule schedule, int firstStep, int endStep)
    {
        _batches?.Dispose();
        _batches = null;
        var loader = new BatchLoader(set, schedule, firstStep, endStep, threads);
        _batches = new BatchUploader(backend, loader, schedule.BatchSize, set.Channels * set.Height * set.Width);
    }

    public ReadOnlySpan<int> Next(DeviceSpan<float> input) => _batches!.Next(input);

    public void Prefetch() => _batches!.Prefetch();

    public float[] RunAll(NetworkPlan plan) => Inference.Run(plan, set, threads: threads);

    public void Dispose() => _batches?.Dispose();
}

/// <summary>Features of a frozen backbone, gathered from memory.</summary>
internal sealed class FeatureInput(IBackend backend, FeatureCache features, int count) : IEmbeddingInput
{
    private IBatchSchedule? _schedule;
    private StagedUpload? _upload;
    private int _step, _endStep;
    private int[] _indices = [], _nextIndices = [];
    private ulong[] _keys = [];
    private float[] _staging = [];
    private bool _ahead;

    public void Start(IBatchSchedule schedule, int firstStep, int endStep)
    {
        (_schedule, _step, _endStep, _ahead) = (schedule, firstStep, endStep, false);
        if (_indices.Length == schedule.BatchSize) return;
        (_indices, _nextIndices, _keys) = (new int[schedule.BatchSize], new int[schedule.BatchSize], new ulong[schedule.BatchSize]);
        _staging = new float[schedule.BatchSize * features.Shape.Length];
        _upload?.Dispose();
        _upload = backend.StageUpload<float>(_staging.Length);
    }

    public ReadOnlySpan<int> Next(DeviceSpan<float> input)
    {
        if (!_ahead) Gather();
        _upload!.Place(input);
        _ahead = false;
        (_indices, _nextIndices) = (_nextIndices, _indices);
        return _indices;
    }

    public void Prefetch()
    {
        if (!_ahead && _step < _endStep) Gather();
    }

    public float[] RunAll(NetworkPlan plan)
    {
        int width = features.Shape.Length, length = plan.Network.Output.Length, batches = (count + plan.Batch - 1) / plan.Batch;
        float[] outputs = new float[count * length], rows = new float[plan.Batch * width], results = new float[plan.Batch * length];
        for (int batch = 0; batch < batches; batch++)
        {
            int first = batch * plan.Batch, used = Math.Min(plan.Batch, count - first);
            for (int i = 0; i < plan.Batch; i++) features[Math.Min(count - 1, first + i), 0].CopyTo(rows.AsSpan(i * width));
            backend.Upload<float>(rows, plan.Input);
            plan.Forward();
            backend.Download(plan.Output, results.AsSpan());
            results.AsSpan(0, used * length).CopyTo(outputs.AsSpan(first * length));
        }
        return outputs;
    }

    public void Dispose() => _upload?.Dispose();

    private void Gather()
    {
        _schedule!.Fill(_step++, _nextIndices, _keys);
        for (int i = 0; i < _keys.Length; i++) features[_nextIndices[i], _keys[i]].CopyTo(_staging.AsSpan(i * features.Shape.Length));
        _upload!.Start<float>(_staging);
        _ahead = true;
    }
}

/// <summary>The batches of a mined list: B anchors, their B positives, their B negatives; the list is gone through once and wrapped at its
/// end.</summary>
internal sealed class TripletSchedule(MinedTriplets mined, int triplets, int firstStep, int seed, bool augment) : IBatchSchedule
{
    public int BatchSize => 3 * triplets;

    /// <summary>Steps of one pass over the list.</summary>
    public int StepsPerPass => Math.Max(1, mined.Count / triplets);

    public void Fill(int step, Span<int> indices, Span<ulong> keys)
    {
        for (int i = 0; i < triplets; i++)
            for (int role = 0; role < 3; role++) indices[role * triplets + i] = mined.Triplets[3 * Row(step, i) + role];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = augment ? CounterRandom.Mix(CounterRandom.Key(seed, 5) + (ulong)((long)step * keys.Length + i)) | 1 : 0;
    }

    /// <summary>The margins of a step's triplets.</summary>
    public void FillMargins(int step, Span<float> margins)
    {
        for (int i = 0; i < triplets; i++) margins[i] = mined.Margins[Row(step, i)];
    }

    private int Row(int step, int i) => (int)(((long)(step - firstStep) * triplets + i) % mined.Count);
}
