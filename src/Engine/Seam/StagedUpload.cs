namespace JaccardKernels.Engine;

/// <summary>
/// An upload in two steps, for the next input of a loop to travel while the device works on the present one. <see cref="Start"/> sends the data off,
/// beside the work queued; <see cref="Place"/> puts it into an operand, in order with the work queued, as <see cref="IBackend.Upload"/> would. It
/// has memory of its own for what travels, on the device too, so an operand is never touched out of order. Used by its backend's thread.
/// </summary>
public abstract unsafe class StagedUpload : IDisposable
{
    private long _started = -1;

    /// <summary>Describes an upload of at most <paramref name="bytes"/> bytes.</summary>
    protected StagedUpload(long bytes) => Bytes = bytes;

    /// <summary>The most bytes at once.</summary>
    public long Bytes { get; }

    /// <summary>Sends data off; source may be reused when the call returns. What was started before and not placed is dropped.</summary>
    /// <exception cref="ArgumentException">It is more than this has memory for.</exception>
    public void Start<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        long bytes = (long)source.Length * sizeof(T);
        if (bytes > Bytes) throw new ArgumentException($"{bytes} bytes are to travel; there is memory for {Bytes}.", nameof(source));
        if (bytes > 0)
        {
            fixed (T* start = source) Send((byte*)start, bytes);
        }
        _started = bytes;
    }

    /// <summary>Queues destination = the data started. Work queued after it reads the data; destination may be in use until then.</summary>
    /// <exception cref="InvalidOperationException">Nothing was started.</exception>
    /// <exception cref="ArgumentException">What was started has another length.</exception>
    public void Place<T>(DeviceSpan<T> destination)
        where T : unmanaged
    {
        if (_started < 0) throw new InvalidOperationException("an upload is placed that was not started.");
        long bytes = (long)destination.Length * sizeof(T);
        if (bytes != _started)
            throw new ArgumentException($"{_started} bytes were started; the destination has {bytes}.", nameof(destination));
        if (bytes > 0) Put(destination.Buffer!, destination.ByteOffset, bytes);
        _started = -1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends bytes off, at least one.</summary>
    protected abstract void Send(byte* source, long bytes);

    /// <summary>Puts the bytes sent into a slice of a buffer.</summary>
    protected abstract void Put(DeviceBuffer destination, long byteOffset, long bytes);

    /// <summary>Frees the memory; called once or more.</summary>
    protected abstract void Dispose(bool disposing);
}
