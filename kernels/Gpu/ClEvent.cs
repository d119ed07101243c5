using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace JaccardKernels.Gpu;

/// <summary>An event of OpenCL: a marker in a command queue. The runtime counts references, so a point may be replaced while others wait.</summary>
internal sealed unsafe partial class ClEvent : GpuEvent
{
    private nint _event;

    public override void Record(AcceleratorStream stream)
    {
        Dispose();
        nint queue = ((CLStream)stream).CommandQueue, point = 0;
        Check(EnqueueMarker(queue, 0, null, &point));
        _event = point;
        // A queue that is not flushed need not begin, and who waits for it from another queue would wait forever.
        CLException.ThrowIfFailed(CLAPI.CurrentAPI.FlushCommandQueue(queue));
    }

    public override void Delay(AcceleratorStream stream)
    {
        if (_event == 0) return;
        nint point = _event;
        Check(EnqueueBarrier(((CLStream)stream).CommandQueue, 1, &point, null));
    }

    public override void Synchronize()
    {
        if (_event == 0) return;
        nint point = _event;
        Check(WaitForEvents(1, &point));
    }

    public override void Dispose()
    {
        if (_event != 0) Check(ReleaseEvent(_event));
        _event = 0;
    }

    private static void Check(int status) => CLException.ThrowIfFailed((CLError)status);

    // ILGPU keeps its own bindings of these to itself.
    [LibraryImport(DriverNames.OpenCl, EntryPoint = "clEnqueueMarkerWithWaitList")]
    private static partial int EnqueueMarker(nint queue, uint count, nint* events, nint* @event);

    [LibraryImport(DriverNames.OpenCl, EntryPoint = "clEnqueueBarrierWithWaitList")]
    private static partial int EnqueueBarrier(nint queue, uint count, nint* events, nint* @event);

    [LibraryImport(DriverNames.OpenCl, EntryPoint = "clWaitForEvents")]
    private static partial int WaitForEvents(uint count, nint* events);

    [LibraryImport(DriverNames.OpenCl, EntryPoint = "clReleaseEvent")]
    private static partial int ReleaseEvent(nint @event);
}
