namespace JaccardKernels.Engine;

/// <summary>
/// Lays tensors with known lifetimes into one arena: tensors that never live at the same time may share memory. Greedy by size, each tensor at
/// the lowest offset free over its whole life (the "greedy by size" strategy of Pisarchyk, Lee 2020).
/// </summary>
internal sealed class MemoryPlanner
{
    private readonly List<(long Bytes, int Start, int End)> _requests = [];
    private long[] _offsets = [];

    /// <summary>Size of the arena, once <see cref="Solve"/> has run.</summary>
    public long Bytes { get; private set; }

    /// <summary>Asks for memory during the steps start to end, both included, and returns the number of the request.</summary>
    public int Request(long bytes, int start, int end)
    {
        long aligned = (bytes + DeviceBuffer.Alignment - 1) / DeviceBuffer.Alignment * DeviceBuffer.Alignment;
        _requests.Add((aligned, start, Math.Max(start, end)));
        return _requests.Count - 1;
    }

    /// <summary>Where a request was laid.</summary>
    public long Offset(int request) => _offsets[request];

    /// <summary>Finds an offset for every request.</summary>
    public void Solve()
    {
        _offsets = new long[_requests.Count];
        var placed = new List<int>();
        foreach (int request in Enumerable.Range(0, _requests.Count).OrderByDescending(i => _requests[i].Bytes).ThenBy(i => i))
        {
            (long bytes, int start, int end) = _requests[request];
            long offset = 0;
            foreach (int other in placed.Where(p => _requests[p].Start <= end && start <= _requests[p].End).OrderBy(p => _offsets[p]))
            {
                if (offset + bytes <= _offsets[other]) break;
                offset = Math.Max(offset, _offsets[other] + _requests[other].Bytes);
            }
            _offsets[request] = offset;
            placed.Add(request);
            Bytes = Math.Max(Bytes, offset + bytes);
        }
    }
}
