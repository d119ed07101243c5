using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace JaccardKernels.Gpu;

/// <summary>
/// Copies of bytes, queued on a stream, by the driver's calls: ILGPU's own allocate an object for each, and on OpenCL take the length of the
/// whole host buffer for that of the part. Host memory must stay where it is until the copy is done.
/// </summary>
internal static unsafe class Transfers
{
    /// <summary>From the host to the device.</summary>
    public static void ToDevice(AcceleratorStream stream, nint source, MemoryBuffer destination, long offset, long bytes)
    {
        if (stream is CudaStream) Cuda(stream, source, destination.NativePtr + (nint)offset, bytes);
        else if (stream is CLStream)
            Check(CLAPI.CurrentAPI.WriteBuffer(stream, destination.NativePtr, blockingWrite: false, (nint)offset, (nint)bytes, source));
        else Simulate(source, destination.NativePtr + (nint)offset, bytes);
    }

    /// <summary>From the device to the host.</summary>
    public static void ToHost(AcceleratorStream stream, MemoryBuffer source, long offset, nint destination, long bytes)
    {
        if (stream is CudaStream) Cuda(stream, source.NativePtr + (nint)offset, destination, bytes);
        else if (stream is CLStream)
            Check(CLAPI.CurrentAPI.ReadBuffer(stream, source.NativePtr, blockingRead: false, (nint)offset, (nint)bytes, destination));
        else Simulate(source.NativePtr + (nint)offset, destination, bytes);
    }

    /// <summary>From one buffer of the device to another.</summary>
    public static void Within(
        AcceleratorStream stream, MemoryBuffer source, long sourceOffset, MemoryBuffer destination, long destinationOffset, long bytes)
    {
        nint from = source.NativePtr, to = destination.NativePtr;
        if (stream is CudaStream) Cuda(stream, from + (nint)sourceOffset, to + (nint)destinationOffset, bytes);
        else if (stream is CLStream)
            Check(CLAPI.CurrentAPI.CopyBuffer(stream, from, to, (nint)sourceOffset, (nint)destinationOffset, (nint)bytes));
        else Simulate(from + (nint)sourceOffset, to + (nint)destinationOffset, bytes);
    }

    private static void Cuda(AcceleratorStream stream, nint source, nint destination, long bytes) =>
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.MemcpyAsync(destination, source, (nint)bytes, stream));

    private static void Simulate(nint source, nint destination, long bytes) =>
        Buffer.MemoryCopy((void*)source, (void*)destination, bytes, bytes);

    private static void Check(CLError status) => CLException.ThrowIfFailed(status);
}
