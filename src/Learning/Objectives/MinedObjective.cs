using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>The triplets of a mined list, each with its margin.</summary>
internal sealed class MinedObjective : IObjective
{
    private readonly IBackend _backend;
    private readonly TrainingOptions _options;
    private readonly TripletReadings _readings;
    private readonly DeviceBuffer _triplets, _margins;
    private readonly float[] _values;

    public MinedObjective(IBackend backend, TrainingOptions options)
    {
        int batch = options.Batch;
        (_backend, _options, _readings, _values) = (backend, options, new TripletReadings(backend), new float[batch]);
        (_triplets, _margins) = (backend.Allocate<int>(3 * batch), backend.Allocate<float>(batch));
        // The rows of a batch are anchors, positives, negatives in turn: the list never changes, only the images behind it.
        int[] list = [.. Enumerable.Range(0, batch).SelectMany(i => new[] { i, batch + i, 2 * batch + i })];
        backend.Upload<int>(list, _triplets.Slice<int>(0, list.Length));
    }

    /// <summary>Where the triplets of a step come from; to be set before the first step and whenever the set is mined anew.</summary>
    public TripletSchedule? Schedule { get; set; }

    /// <inheritdoc/>
    public ObjectiveReport Run(int step, ReadOnlySpan<int> images, DeviceSpan<float> embeddings, DeviceSpan<float> gradient)
    {
        Schedule!.FillMargins(step, _values);
        DeviceSpan<float> margins = _margins.Slice<float>(0, _values.Length);
        _backend.Upload<float>(_values, margins);
        var problem = new TripletProblem(images.Length, embeddings.Length / images.Length, _values.Length, _options.Reduction);
        _backend.TripletLoss(
            problem, embeddings, _triplets.Slice<int>(0, 3 * _values.Length), margins, gradient, _readings.Statistics, _readings.Counts);
        return _readings.Read();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _triplets.Dispose();
        _margins.Dispose();
        _readings.Dispose();
    }
}
