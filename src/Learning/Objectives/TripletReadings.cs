using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Device memory for what a triplet loss reports, and the way back from it.</summary>
internal sealed class TripletReadings : IDisposable
{
    private readonly IBackend _backend;
    private readonly DeviceBuffer _statistics, _counts;
    private readonly float[] _values = new float[TripletStatistics.Values];
    private readonly long[] _numbers = new long[TripletStatistics.Counts];

    public TripletReadings(IBackend backend)
    {
        _backend = backend;
        (_statistics, _counts) = (backend.Allocate<float>(TripletStatistics.Values), backend.Allocate<long>(TripletStatistics.Counts));
    }

    public DeviceSpan<float> Statistics => _statistics.Slice<float>(0, TripletStatistics.Values);

    public DeviceSpan<long> Counts => _counts.Slice<long>(0, TripletStatistics.Counts);

    public ObjectiveReport Read()
    {
        _backend.Download(Statistics, _values.AsSpan());
        _backend.Download(Counts, _numbers.AsSpan());
        return new ObjectiveReport(_values[0], _values[1], _values[2], _numbers[0], _numbers[1]);
    }

    public void Dispose()
    {
        _statistics.Dispose();
        _counts.Dispose();
    }
}
