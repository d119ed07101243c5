using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>What a triplet loss said of a batch.</summary>
internal readonly record struct TripletReport(float Loss, float PositiveDistance, float NegativeDistance, long Triplets, long Active);

/// <summary>Device memory of a triplet loss and the two ways to call it.</summary>
internal sealed class TripletObjective : IDisposable
{
    private readonly IBackend _backend;
    private readonly DeviceBuffer _statistics, _counts;
    private readonly float[] _values = new float[TripletStatistics.Values];
    private readonly long[] _numbers = new long[TripletStatistics.Counts];

    public TripletObjective(IBackend backend)
    {
        _backend = backend;
        (_statistics, _counts) = (backend.Allocate<float>(TripletStatistics.Values), backend.Allocate<long>(TripletStatistics.Counts));
    }

    private DeviceSpan<float> Statistics => _statistics.Slice<float>(0, TripletStatistics.Values);

    private DeviceSpan<long> Counts => _counts.Slice<long>(0, TripletStatistics.Counts);

    public TripletReport BatchAll(in BatchAllTripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> similarity,
        DeviceSpan<float> gradient)
    {
        _backend.BatchAllTripletLoss(problem, embeddings, similarity, gradient, Statistics, Counts);
        return Report();
    }

    public TripletReport Mined(in TripletProblem problem, DeviceSpan<float> embeddings, DeviceSpan<int> triplets, DeviceSpan<float> margins,
        DeviceSpan<float> gradient)
    {
        _backend.TripletLoss(problem, embeddings, triplets, margins, gradient, Statistics, Counts);
        return Report();
    }

    public void Dispose()
    {
        _statistics.Dispose();
        _counts.Dispose();
    }

    private TripletReport Report()
    {
        _backend.Download(Statistics, _values.AsSpan());
        _backend.Download(Counts, _numbers.AsSpan());
        return new TripletReport(_values[0], _values[1], _values[2], _numbers[0], _numbers[1]);
    }
}
