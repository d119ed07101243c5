namespace JaccardKernels.Engine;

/// <summary>
/// A download in two steps, for the results of one round to travel while the device works on the next. <see cref="Start"/> takes them, in order with
/// the work queued, and sends them off; <see cref="Finish"/> waits for them alone, not for what was queued since. It has memory of its own for
/// what travels, on the device too, so the source may be overwritten by work queued after the start. Used by its backend's thread.
/// </summary>
public abstract unsafe class StagedDownload : IDisposable
{
    private long _started = -1;

    /// <summary>Describes a download of at most <paramref name="bytes"/> bytes.</summary>
    protected StagedDownload(long bytes) => Bytes = bytes;

    /// <summary>The most bytes at once.</summary>
    public long Bytes { get; }

    /// <summary>Takes source as the work queued before leaves it. What was started before and not finished is dropped.</summary>
    /// <exception cref="ArgumentException">It is more than this has memory for.</exception>
    public void Start<T>(DeviceSpan<T> source)
        where T : unmanaged
    {
        long bytes = (long)source.Length * sizeof(T);
        if (bytes > Bytes) throw new ArgumentException($"{bytes} bytes are to travel; there is memory for {Bytes}.", nameof(source));
        if (bytes > 0) Fetch(source.Buffer!, source.ByteOffset, bytes);
        _started = bytes;
    }

    /// <summary>Waits for what was started and copies it out.</summary>
    /// <exception cref="InvalidOperationException">Nothing was started.</exception>
    /// <exception cref="ArgumentException">What was started has another length.</exception>
    public void Finish<T>(Span<T> destination)
        where T : unmanaged
    {
        if (_started < 0) throw new InvalidOperationException("a download is finished that was not started.");
        long bytes = (long)destination.Length * sizeof(T);
        if (bytes != _started)
            throw new ArgumentException($"{_started} bytes were started; the destination has {bytes}.", nameof(destination));
        if (bytes > 0)
        {
            fixed (T* start = destination) Receive((byte*)start, bytes);
        }
        _started = -1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes a slice of a buffer, at least one byte, and sends it off.</summary>
    protected abstract void Fetch(DeviceBuffer source, long byteOffset, long bytes);

    /// <summary>Waits for the bytes and copies them out.</summary>
    protected abstract void Receive(byte* destination, long bytes);

    /// <summary>Frees the memory; called once or more.</summary>
    protected abstract void Dispose(bool disposing);
}
