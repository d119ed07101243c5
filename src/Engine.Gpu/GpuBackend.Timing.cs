using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace JaccardKernels.Engine.Gpu;

public sealed partial class GpuBackend : IDeviceTimer
{
    // Of the simulator, which has none: little enough to be overwritten in a moment.
    private const long SimulatedCache = 1 << 10;

    /// <summary>On CUDA, by events. Queues of OpenCL would have to record the times of every command, timed or not.</summary>
    public bool HasDeviceClock => _accelerator is CudaAccelerator or CPUAccelerator;

    /// <inheritdoc/>
    public long CacheBytes => _accelerator switch
    {
        CudaAccelerator cuda => cuda.L2CacheSize,
        CPUAccelerator => SimulatedCache,
        _ => 0,
    };

    /// <inheritdoc/>
    public double Time(Action before, Action work)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(work);
        if (!HasDeviceClock) throw new NotSupportedException($"{Info.Name} has no clock of its own.");
        _queue.Bind();
        before();
        using ProfilingMarker start = _queue.Stream.AddProfilingMarker();
        work();
        using ProfilingMarker end = _queue.Stream.AddProfilingMarker();
        _queue.Stream.Synchronize();
        return end.MeasureFrom(start).Duration().TotalSeconds;
    }
}
