namespace JaccardKernels.Engine;

/// <summary>A typed slice of a <see cref="DeviceBuffer"/>; a value, owning nothing. The default value is the empty span, which stands for an absent operand.</summary>
/// <typeparam name="T">float, int, long, ulong or byte.</typeparam>
public readonly record struct DeviceSpan<T>
    where T : unmanaged
{
    internal DeviceSpan(DeviceBuffer buffer, long byteOffset, int length) => (Buffer, ByteOffset, Length) = (buffer, byteOffset, length);

    /// <summary>The memory, or null for the empty span.</summary>
    public DeviceBuffer? Buffer { get; }

    /// <summary>Where the slice starts.</summary>
    public long ByteOffset { get; }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>No element.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>A part of this slice. GPU kernels load vectors only where it starts at a multiple of 16 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part leaves the slice.</exception>
    public unsafe DeviceSpan<T> Slice(int start, int length)
    {
        if ((uint)start > (uint)Length || (uint)length > (uint)(Length - start))
            throw new ArgumentOutOfRangeException(nameof(start), $"{length} elements at {start} leave a slice of {Length}.");
        return new DeviceSpan<T>(Buffer!, ByteOffset + (long)start * sizeof(T), length);
    }
}
