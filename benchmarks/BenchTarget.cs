using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Benchmarks;

/// <summary>Where operations are timed: the host with a number of threads, or a GPU.</summary>
/// <param name="Device">"host", or a GPU as <see cref="GpuDevices.Open(string)"/> takes it.</param>
/// <param name="Threads">Threads of the host; 0 for a GPU.</param>
public sealed record BenchTarget(string Device, int Threads)
{
    /// <summary>The targets of some options.</summary>
    /// <exception cref="ArgumentException">A device or a number of threads is none.</exception>
    internal static IReadOnlyList<BenchTarget> From(BenchOptions options)
    {
        IReadOnlyList<int> threads = options.Threads.Count > 0 ? options.Threads : [Environment.ProcessorCount];
        foreach (int count in threads)
        {
            if (count is < 1 or > 1024) throw new ArgumentException($"--threads is {count}; the range is 1 to 1024.");
        }
        // Before minutes of measuring on another device, not after.
        if (options.Devices.FirstOrDefault(device => device.Split(':')[0] is not ("host" or "cuda" or "opencl")) is { } unknown)
            throw new ArgumentException($"device '{unknown}' is unknown; there are host, cuda, opencl, or one of them by number, such as cuda:1.");
        IEnumerable<string> devices = options.Devices.Count > 0
            ? options.Devices
            : ["host", .. GpuDevices.Enumerate().Where(device => device.Usable && device.IsGpu).Select(device => device.Specification)];
        return
        [
            .. devices.Distinct().SelectMany(device =>
                device == "host" ? threads.Distinct().Select(count => new BenchTarget(device, count)) : [new BenchTarget(device, 0)]),
        ];
    }

    /// <summary>Opens the backend.</summary>
    /// <exception cref="ArgumentException">The device is unknown, not there or not usable.</exception>
    /// <exception cref="InvalidOperationException">The device does not compute what it should.</exception>
    public IBackend Open() => Device == "host" ? new HostBackend(Threads) : GpuDevices.Open(Device);

    /// <summary>Measures the roof of the backend, which <see cref="Open"/> has opened.</summary>
    internal Roof MeasureRoof(IBackend backend, TimeSpan duration) =>
        backend is GpuBackend gpu ? GpuRoof.Measure(gpu, duration) : HostRoof.Measure(Threads, duration);

    /// <inheritdoc/>
    public override string ToString() => Device == "host" ? $"host, {Threads} {(Threads == 1 ? "thread" : "threads")}" : Device;
}
