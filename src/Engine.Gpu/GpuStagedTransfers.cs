using JaccardKernels.Gpu;

namespace JaccardKernels.Engine.Gpu;

/// <summary>An upload that travels on the copy stream.</summary>
internal sealed unsafe class GpuStagedUpload(GpuBackend backend, long bytes) : StagedUpload(bytes)
{
    private readonly StagedMemory _memory = new(backend.Queue, bytes);

    protected override void Send(byte* source, long bytes) => _memory.Send(source, bytes);

    protected override void Put(DeviceBuffer destination, long byteOffset, long bytes) =>
        _memory.Place(backend.Own(destination).Memory, byteOffset, bytes);

    protected override void Dispose(bool disposing) => _memory.Dispose();
}

/// <summary>A download that travels on the copy stream.</summary>
internal sealed unsafe class GpuStagedDownload(GpuBackend backend, long bytes) : StagedDownload(bytes)
{
    private readonly StagedMemory _memory = new(backend.Queue, bytes);

    protected override void Fetch(DeviceBuffer source, long byteOffset, long bytes) =>
        _memory.Fetch(backend.Own(source).Memory, byteOffset, bytes);

    protected override void Receive(byte* destination, long bytes) => _memory.Receive(destination, bytes);

    protected override void Dispose(bool disposing) => _memory.Dispose();
}
