using System.Runtime.Intrinsics;
using JaccardKernels.Host;

namespace JaccardKernels.Benchmarks;

/// <summary>Reads as much memory as a piece of work does, on as many threads: to be timed in turns with it, for the rate drifts by a third within minutes.</summary>
/// <param name="threads">Threads, 1 or more.</param>
/// <param name="bytes">The working set.</param>
internal sealed unsafe class MemoryReader(int threads, long bytes) : IDisposable
{
    private readonly ThreadTeam _team = new(threads);
    private readonly HostMemory _memory = new(bytes, threads);
    private readonly nint _share = HostMemory.Share(threads, bytes);

    /// <summary>Reads it once.</summary>
    public void Run()
    {
        if (Vector512.IsHardwareAccelerated) Run<Lanes512<float>>();
        else if (Vector256.IsHardwareAccelerated) Run<Lanes256<float>>();
        else Run<Lanes128<float>>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        _memory.Dispose();
    }

    private void Run<TLanes>()
        where TLanes : struct, ILanes<TLanes, float>
    {
        var loop = new ReadLoop<TLanes> { Source = _memory.Data, Sink = _memory.Sink, Share = _share, Passes = 1 };
        _team.For(_team.Threads, ref loop);
    }
}
