using ILGPU.Runtime;

namespace JaccardKernels.Gpu;

/// <summary>
/// A block of page-locked memory and one of the device, between which bytes travel on the copy stream, beside the work, while the copies between
/// the device's block and operands are in order with the work: no operand is ever touched out of order. Used for one direction.
/// </summary>
public sealed unsafe class StagedMemory : IDisposable
{
    private readonly GpuQueue _queue;
    private readonly PageLockedMemory _host;
    private readonly MemoryBuffer _device;

    // The device's block is filled, or has been emptied; the bytes have travelled.
    private readonly GpuEvent _inOrder, _travelled;
    private bool _disposed;

    /// <summary>Allocates both blocks.</summary>
    /// <exception cref="InsufficientMemoryException">The host or the device has less.</exception>
    /// <exception cref="DeviceLostException">The device failed, now or before.</exception>
    public StagedMemory(GpuQueue queue, long bytes)
    {
        ArgumentNullException.ThrowIfNull(queue);
        _queue = queue;
        _device = queue.Allocate(bytes, "memory for copies beside the work");
        try
        {
            _host = new PageLockedMemory(queue, bytes);
            (_inOrder, _travelled) = (GpuEvent.Create(queue.Accelerator), GpuEvent.Create(queue.Accelerator));
        }
        catch (Exception e)
        {
            queue.Free(_device);
            _host?.Dispose();
            if (e is AcceleratorException error) throw queue.Lost(error, "creating an event");
            throw;
        }
    }

    /// <summary>Sends bytes towards the device; they may be reused when the call returns.</summary>
    public void Send(byte* source, long bytes)
    {
        try
        {
            _queue.Enter("a copy to the device");
            _travelled.Synchronize();
            Buffer.MemoryCopy(source, _host.Start, bytes, bytes);
            _inOrder.Delay(_queue.CopyStream);
            Transfers.ToDevice(_queue.CopyStream, (nint)_host.Start, _device, 0, bytes);
            _travelled.Record(_queue.CopyStream);
        }
        catch (AcceleratorException e)
        {
            throw _queue.Lost(e, "a copy to the device");
        }
    }

    /// <summary>Queues the copy of what was sent to its destination, in order with the work.</summary>
    public void Place(MemoryBuffer destination, long offset, long bytes)
    {
        try
        {
            _queue.Enter("a copy to the device");
            _travelled.Delay(_queue.Stream);
            Transfers.Within(_queue.Stream, _device, 0, destination, offset, bytes);
            _inOrder.Record(_queue.Stream);
        }
        catch (AcceleratorException e)
        {
            throw _queue.Lost(e, "a copy to the device");
        }
    }

    /// <summary>Queues the copy of a source, in order with the work, and sends it on to the host.</summary>
    public void Fetch(MemoryBuffer source, long offset, long bytes)
    {
        try
        {
            _queue.Enter("a copy from the device");
            _travelled.Delay(_queue.Stream);
            Transfers.Within(_queue.Stream, source, offset, _device, 0, bytes);
            _inOrder.Record(_queue.Stream);
            _inOrder.Delay(_queue.CopyStream);
            Transfers.ToHost(_queue.CopyStream, _device, 0, (nint)_host.Start, bytes);
            _travelled.Record(_queue.CopyStream);
        }
        catch (AcceleratorException e)
        {
            throw _queue.Lost(e, "a copy from the device");
        }
    }

    /// <summary>Waits for what was fetched, and for nothing queued after it, and copies it out.</summary>
    public void Receive(byte* destination, long bytes)
    {
        try
        {
            _queue.Enter("a copy from the device");
            _travelled.Synchronize();
            Buffer.MemoryCopy(_host.Start, destination, bytes, bytes);
        }
        catch (AcceleratorException e)
        {
            throw _queue.Lost(e, "a copy from the device");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _queue.Free(_device);
        _queue.Release(_inOrder);
        _queue.Release(_travelled);
        _host.Dispose();
    }
}
