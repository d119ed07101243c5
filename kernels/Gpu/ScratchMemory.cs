using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;

namespace JaccardKernels.Gpu;

/// <summary>
/// Device memory that lives for one call: reserved at its start, handed out in aligned slices, and kept, at the largest size ever needed,
/// for the next one. Calls run in the order of one stream, so the next call cannot overwrite what this one still reads.
/// </summary>
public sealed class ScratchMemory : IDisposable
{
    private const int Alignment = 256;

    private readonly GpuQueue _queue;
    private MemoryBuffer? _buffer;
    private long _used;

    internal ScratchMemory(GpuQueue queue) => _queue = queue;

    /// <summary>Bytes that slices of the given sizes take with their padding.</summary>
    public static long Padded(params ReadOnlySpan<long> sizes)
    {
        long total = 0;
        foreach (long size in sizes) total += RoundUp(size);
        return total;
    }

    /// <summary>
    /// Starts a call that needs at most <paramref name="bytes"/>, as <see cref="Padded"/> counts them; slices of the call before are void.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">The device has less; the message names the operation and gives both numbers.</exception>
    public void Reserve(long bytes)
    {
        _used = 0;
        if (_buffer is not null && _buffer.LengthInBytes >= bytes) return;
        Grow(bytes);
    }

    /// <summary>The next slice; its content is undefined.</summary>
    /// <exception cref="InvalidOperationException">More is taken than was reserved.</exception>
    public unsafe ArrayView<T> Take<T>(long length)
        where T : unmanaged
    {
        long bytes = length * sizeof(T);
        if (_buffer is null || _used + bytes > _buffer.LengthInBytes)
            throw new InvalidOperationException($"{_used + bytes} bytes of scratch memory are taken; {_buffer?.LengthInBytes ?? 0} were reserved.");
        ArrayView<T> view = new ArrayView<byte>(_buffer, _used, bytes).Cast<T>();
        _used += RoundUp(bytes);
        return view;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is not null) _queue.Free(_buffer);
        _buffer = null;
    }

    // Apart from Reserve, which is in the way of every call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(long bytes)
    {
        Dispose();
        _buffer = _queue.Allocate(bytes, $"scratch memory of {Asker()}");
    }

    // The launcher that reserves: found on the stack, in the rare case, for none of them to have to say its name in every other.
    private static string Asker()
    {
        MethodBase? asker = new StackTrace().GetFrames().Select(frame => frame.GetMethod())
            .FirstOrDefault(method => method?.DeclaringType != typeof(ScratchMemory));
        // A launcher that was compiled into its caller is named by that: the backend's methods are named after the operations.
        Type? type = asker?.DeclaringType;
        return type?.Namespace == typeof(ScratchMemory).Namespace ? type!.Name : asker?.Name ?? "an operation";
    }

    private static long RoundUp(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
