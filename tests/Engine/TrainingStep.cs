using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Engine;

/// <summary>The fixture's network and loss on a backend.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly IBackend _backend;
    private readonly NetworkPlan _plan;
    private readonly ParameterStore _store;
    private readonly DeviceBuffer _similarity, _statistics, _counts;
    private readonly float[] _values = new float[TripletStatistics.Values], _output;

    public TrainingStep(IBackend backend, Network network, ParameterStore store)
    {
        (_backend, _store) = (backend, store);
        _plan = new NetworkPlan(backend, network, store, NetworkFixture.Batch, training: true, NetworkFixture.Seed);
        _output = new float[_plan.Output.Length];
        _similarity = backend.Allocate<float>(NetworkFixture.Batch * NetworkFixture.Batch);
        backend.Upload<float>(NetworkFixture.Similarity(), _similarity.As<float>());
        (_statistics, _counts) = (backend.Allocate<float>(TripletStatistics.Values), backend.Allocate<long>(TripletStatistics.Counts));
    }

    public NetworkPlan Plan => _plan;

    /// <summary>One forward and backward pass; returns the loss.</summary>
    public float Run(ReadOnlySpan<float> images)
    {
        _backend.Upload(images, _plan.Input);
        _plan.Forward(NetworkFixture.Step);
        _backend.BatchAllTripletLoss(
            NetworkFixture.Loss, _plan.Output, _similarity.Slice<float>(0, NetworkFixture.Batch * NetworkFixture.Batch), _plan.OutputGradient,
            _statistics.Slice<float>(0, TripletStatistics.Values), _counts.Slice<long>(0, TripletStatistics.Counts));
        _backend.Download(_plan.Output, _output.AsSpan());
        _store.ZeroGradients();
        _plan.Backward();
        _backend.Download(_statistics.Slice<float>(0, TripletStatistics.Values), _values.AsSpan());
        return _values[0];
    }

    /// <summary>The embeddings of the last pass.</summary>
    public ReadOnlySpan<float> Output => _output;

    public void Dispose()
    {
        _similarity.Dispose();
        _statistics.Dispose();
        _counts.Dispose();
        _plan.Dispose();
    }
}
