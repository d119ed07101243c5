using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace JaccardKernels.Gpu;

/// <summary>An event of the CUDA driver. The device's context is current when it is used.</summary>
internal sealed partial class CudaEvent : GpuEvent
{
    private nint _event;

    public CudaEvent() =>
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.CreateEvent(out _event, CudaEventFlags.CU_EVENT_DISABLE_TIMING));

    public override void Record(AcceleratorStream stream) =>
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.RecordEvent(_event, ((CudaStream)stream).StreamPtr));

    public override void Delay(AcceleratorStream stream) =>
        CudaException.ThrowIfFailed((CudaError)StreamWaitEvent(((CudaStream)stream).StreamPtr, _event, 0));

    public override void Synchronize() => CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.SynchronizeEvent(_event));

    public override void Dispose()
    {
        if (_event != 0) CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.DestroyEvent(_event));
        _event = 0;
    }

    // The one call of the event family that ILGPU does not bind.
    [LibraryImport(DriverNames.Cuda, EntryPoint = "cuStreamWaitEvent")]
    private static partial int StreamWaitEvent(nint stream, nint @event, uint flags);
}
