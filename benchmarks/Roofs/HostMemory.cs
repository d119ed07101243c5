using System.Runtime.InteropServices;

namespace JaccardKernels.Benchmarks;

/// <summary>Native memory for the loops of <see cref="HostRoof"/>: a working set, and a cache line for each worker's result.</summary>
internal sealed unsafe class HostMemory : IDisposable
{
    // Floats of which a share is a multiple: eight of the widest vectors.
    private const int Grain = 128;

    private const nuint Page = 4096;

    /// <summary>Allocates memory and touches it, so that every page is there.</summary>
    public HostMemory(long bytes, int workers)
    {
        Data = (float*)NativeMemory.AlignedAlloc((nuint)bytes, Page);
        Sink = (float*)NativeMemory.AlignedAlloc((nuint)workers * 64, Page);
        new Span<float>(Sink, workers * 16).Clear();
        for (long i = 0; i < bytes / sizeof(float); i++) Data[i] = 1f;
    }

    /// <summary>The working set.</summary>
    public float* Data { get; private set; }

    /// <summary>16 floats for each worker.</summary>
    public float* Sink { get; private set; }

    /// <summary>Floats of each of some threads that share as many bytes.</summary>
    public static nint Share(int threads, long bytes) => (nint)Math.Max(bytes / sizeof(float) / threads / Grain, 1) * Grain;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(Data);
        NativeMemory.AlignedFree(Sink);
        Data = Sink = null;
    }
}
