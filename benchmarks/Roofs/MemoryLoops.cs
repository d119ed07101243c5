using System.Runtime.InteropServices;
using JaccardKernels.Host;

namespace JaccardKernels.Benchmarks;

/// <summary>Reads a worker's share of memory, eight vectors at a time.</summary>
internal unsafe struct ReadLoop<TLanes> : IHostLoop
    where TLanes : struct, ILanes<TLanes, float>
{
    public float* Source, Sink;

    /// <summary>Floats of a share; a multiple of what <see cref="HostMemory.Share"/> gives.</summary>
    public nint Share;

    public int Passes { get; set; }

    public readonly double Work => 4.0 * Share;

    public readonly void Run(int task, int worker)
    {
        TLanes a = TLanes.Zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        nint width = TLanes.Count;
        for (int pass = 0; pass < Passes; pass++)
        {
            float* p = Source + task * Share, end = p + Share;
            for (; p < end; p += 8 * width)
            {
                a += TLanes.Load(p);
                b += TLanes.Load(p + width);
                c += TLanes.Load(p + 2 * width);
                d += TLanes.Load(p + 3 * width);
                e += TLanes.Load(p + 4 * width);
                f += TLanes.Load(p + 5 * width);
                g += TLanes.Load(p + 6 * width);
                h += TLanes.Load(p + 7 * width);
            }
        }
        Sink[16 * task] = TLanes.Sum(a + b + (c + d) + (e + f + (g + h)));
    }
}

/// <summary>Copies a worker's share of memory, four vectors at a time.</summary>
internal unsafe struct CopyLoop<TLanes> : IHostLoop
    where TLanes : struct, ILanes<TLanes, float>
{
    public float* Source, Destination;

    /// <summary>Floats of a share; a multiple of what <see cref="HostMemory.Share"/> gives.</summary>
    public nint Share;

    public int Passes { get; set; }

    public readonly double Work => 8.0 * Share;

    public readonly void Run(int task, int worker)
    {
        nint width = TLanes.Count;
        for (int pass = 0; pass < Passes; pass++)
        {
            float* from = Source + task * Share, to = Destination + task * Share, end = from + Share;
            for (; from < end; from += 4 * width, to += 4 * width)
            {
                TLanes a = TLanes.Load(from), b = TLanes.Load(from + width), c = TLanes.Load(from + 2 * width), d = TLanes.Load(from + 3 * width);
                a.Store(to);
                b.Store(to + width);
                c.Store(to + 2 * width);
                d.Store(to + 3 * width);
            }
        }
    }
}

/// <summary>Writes a worker's share of memory, four vectors at a time.</summary>
internal unsafe struct FillLoop<TLanes> : IHostLoop
    where TLanes : struct, ILanes<TLanes, float>
{
    public float* Destination;

    /// <summary>Floats of a share; a multiple of what <see cref="HostMemory.Share"/> gives.</summary>
    public nint Share;

    public int Passes { get; set; }

    public readonly double Work => 4.0 * Share;

    public readonly void Run(int task, int worker)
    {
        TLanes value = TLanes.All(1f);
        nint width = TLanes.Count;
        for (int pass = 0; pass < Passes; pass++)
        {
            float* to = Destination + task * Share, end = to + Share;
            for (; to < end; to += 4 * width)
            {
                value.Store(to);
                value.Store(to + width);
                value.Store(to + 2 * width);
                value.Store(to + 3 * width);
            }
        }
    }
}

/// <summary>Copies by the runtime, which writes around the caches where that is faster.</summary>
internal unsafe struct LibraryCopyLoop : IHostLoop
{
    public float* Source, Destination;
    public nint Share;

    public int Passes { get; set; }

    public readonly double Work => 8.0 * Share;

    public readonly void Run(int task, int worker)
    {
        for (int pass = 0; pass < Passes; pass++) NativeMemory.Copy(Source + task * Share, Destination + task * Share, (nuint)Share * sizeof(float));
    }
}

/// <summary>Clears by the runtime, which writes around the caches where that is faster.</summary>
internal unsafe struct LibraryClearLoop : IHostLoop
{
    public float* Destination;
    public nint Share;

    public int Passes { get; set; }

    public readonly double Work => 4.0 * Share;

    public readonly void Run(int task, int worker)
    {
        for (int pass = 0; pass < Passes; pass++) NativeMemory.Clear(Destination + task * Share, (nuint)Share * sizeof(float));
    }
}
