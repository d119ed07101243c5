using System.Runtime.InteropServices;

namespace JaccardKernels.Engine;

/// <summary>Host memory that holds what is between the two steps of a transfer, on a backend whose calls have finished when they return.</summary>
internal sealed unsafe class HeldMemory : IDisposable
{
    public HeldMemory(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        try
        {
            Start = (byte*)NativeMemory.Alloc((nuint)Math.Max(bytes, 1));
        }
        catch (OutOfMemoryException e)
        {
            throw new InsufficientMemoryException($"{bytes} bytes were asked of the host to hold a transfer; it has no more.", e);
        }
    }

    public byte* Start { get; private set; }

    public void Dispose()
    {
        NativeMemory.Free(Start);
        Start = null;
    }
}

/// <summary>Holds the data of an upload until it is placed.</summary>
internal sealed unsafe class HeldUpload(IBackend backend, long bytes) : StagedUpload(bytes)
{
    private readonly HeldMemory _held = new(bytes);

    protected override void Send(byte* source, long bytes) => Buffer.MemoryCopy(source, _held.Start, bytes, bytes);

    protected override void Put(DeviceBuffer destination, long byteOffset, long bytes)
    {
        // Slices and spans count in ints.
        for (long done = 0; done < bytes; done += int.MaxValue)
        {
            int part = (int)Math.Min(int.MaxValue, bytes - done);
            backend.Upload(new ReadOnlySpan<byte>(_held.Start + done, part), destination.Slice<byte>(byteOffset + done, part));
        }
    }

    protected override void Dispose(bool disposing) => _held.Dispose();
}

/// <summary>Holds the data of a download until it is asked for.</summary>
internal sealed unsafe class HeldDownload(IBackend backend, long bytes) : StagedDownload(bytes)
{
    private readonly HeldMemory _held = new(bytes);

    protected override void Fetch(DeviceBuffer source, long byteOffset, long bytes)
    {
        for (long done = 0; done < bytes; done += int.MaxValue)
        {
            int part = (int)Math.Min(int.MaxValue, bytes - done);
            backend.Download(source.Slice<byte>(byteOffset + done, part), new Span<byte>(_held.Start + done, part));
        }
    }

    protected override void Receive(byte* destination, long bytes) => Buffer.MemoryCopy(_held.Start, destination, bytes, bytes);

    protected override void Dispose(bool disposing) => _held.Dispose();
}
