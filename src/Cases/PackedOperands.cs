using System.Runtime.InteropServices;
using JaccardKernels.Engine;

namespace JaccardKernels.Cases;

/// <summary>
/// All operands of an instance in one buffer, each at a multiple of 256 bytes, with sentinel bytes before, between and behind them. Outputs
/// begin as NaN (integers as all ones), and so do the sentinels: whatever is read too early, too far or never written shows.
/// </summary>
internal sealed class PackedOperands : IDisposable
{
    // All ones: a NaN as a float, -1 as an integer.
    private const byte Sentinel = 0xFF;

    private readonly IBackend _backend;
    private readonly IReadOnlyList<Operand> _operands;
    private readonly DeviceBuffer _buffer;
    private readonly int[] _offsets;
    private readonly byte[] _image;

    /// <summary>Allocates device memory and fills its image with sentinels.</summary>
    /// <param name="backend">Where the operands live.</param>
    /// <param name="operands">The operands.</param>
    /// <param name="shared">Operand first is to be the memory of operand second.</param>
    /// <param name="shifted">This operand starts an element behind a multiple of 256 bytes: one that no 128-bit access may touch.</param>
    public PackedOperands(IBackend backend, IReadOnlyList<Operand> operands, (int Operand, int Other)? shared = null, int? shifted = null)
    {
        (_backend, _operands, _offsets) = (backend, operands, new int[operands.Count]);
        long end = DeviceBuffer.Alignment;
        for (int i = 0; i < operands.Count; i++)
        {
            if (i == shifted) end += operands[i].Bytes / operands[i].Length;
            _offsets[i] = (int)Math.Min(end, int.MaxValue);
            end += operands[i].Bytes;
            // At least a whole alignment of sentinels, directly behind the last element.
            end = (end + 2 * DeviceBuffer.Alignment - 1) / DeviceBuffer.Alignment * DeviceBuffer.Alignment;
        }
        if (end > Array.MaxLength)
            throw new ArgumentException($"the operands take {end} bytes together; a case holds up to {Array.MaxLength}.", nameof(operands));
        if (shared is { } pair) _offsets[pair.Operand] = _offsets[pair.Other];
        _image = new byte[end];
        _image.AsSpan().Fill(Sentinel);
        _buffer = backend.Allocate(end);
        Device = new DeviceOperands([.. operands.Select((o, i) => new DeviceOperand(_buffer, _offsets[i], o.Length))]);
    }

    /// <summary>What the backend's method is given.</summary>
    public DeviceOperands Device { get; }

    /// <summary>The host's image of the buffer, as last uploaded or downloaded.</summary>
    public ReadOnlySpan<byte> Image => _image;

    /// <summary>Writes an operand into the image; doubles are rounded to float.</summary>
    public void Write(int operand, Array values)
    {
        Span<byte> bytes = Bytes(operand);
        switch (values)
        {
            case double[] reals:
                Span<float> floats = MemoryMarshal.Cast<byte, float>(bytes);
                for (int i = 0; i < reals.Length; i++) floats[i] = (float)reals[i];
                break;
            case float[] reals: MemoryMarshal.AsBytes<float>(reals).CopyTo(bytes); break;
            case int[] integers: MemoryMarshal.AsBytes<int>(integers).CopyTo(bytes); break;
            case long[] integers: MemoryMarshal.AsBytes<long>(integers).CopyTo(bytes); break;
            case byte[] integers: integers.CopyTo(bytes); break;
            default: MemoryMarshal.AsBytes<ulong>((ulong[])values).CopyTo(bytes); break;
        }
    }

    /// <summary>Writes every operand that is read.</summary>
    public void Write(ReferenceValues values)
    {
        for (int i = 0; i < _operands.Count; i++)
        {
            if (_operands[i].IsRead) Write(i, values.Array(i));
        }
    }

    /// <summary>An operand of the image as an array of its device type.</summary>
    public Array Read(int operand) => _operands[operand].Type switch
    {
        ElementType.Float32 => MemoryMarshal.Cast<byte, float>(Bytes(operand)).ToArray(),
        ElementType.Int32 => MemoryMarshal.Cast<byte, int>(Bytes(operand)).ToArray(),
        ElementType.Int64 => MemoryMarshal.Cast<byte, long>(Bytes(operand)).ToArray(),
        ElementType.UInt8 => Bytes(operand).ToArray(),
        _ => MemoryMarshal.Cast<byte, ulong>(Bytes(operand)).ToArray(),
    };

    /// <summary>The bytes of an operand in the image.</summary>
    public Span<byte> Bytes(int operand) => _image.AsSpan(_offsets[operand], (int)_operands[operand].Bytes);

    /// <summary>Copies the image to the device.</summary>
    public void Upload() => _backend.Upload<byte>(_image, _buffer.Slice<byte>(0, _image.Length));

    /// <summary>Waits for the device and copies the image back.</summary>
    public void Download() => _backend.Download(_buffer.Slice<byte>(0, _image.Length), _image);

    /// <summary>Waits for the device and reads one operand, which leaves the image as it is: what <see cref="Upload"/> restores.</summary>
    public Array Fetch(int operand)
    {
        Operand o = _operands[operand];
        switch (o.Type)
        {
            case ElementType.Float32: return Fetch(Device[operand], new float[o.Length]);
            case ElementType.Int32: return Fetch(Device[operand], new int[o.Length]);
            case ElementType.Int64: return Fetch(Device[operand], new long[o.Length]);
            case ElementType.UInt8: return Fetch(Device[operand], new byte[o.Length]);
            default: return Fetch(Device[operand], new ulong[o.Length]);
        }
    }

    /// <summary>The first byte outside of all operands that is no sentinel any more, told as a sentence; or null.</summary>
    public string? FindDamage()
    {
        var outside = new bool[_image.Length];
        Array.Fill(outside, true);
        for (int i = 0; i < _operands.Count; i++) outside.AsSpan(_offsets[i], (int)_operands[i].Bytes).Clear();
        for (int at = 0; at < _image.Length; at++)
        {
            if (!outside[at] || _image[at] == Sentinel) continue;
            int before = Enumerable.Range(0, _operands.Count).LastOrDefault(i => _offsets[i] <= at, -1);
            return before < 0
                ? $"a byte {_offsets[0] - at} before {_operands[0].Name} was written"
                : $"a byte {at - _offsets[before] - _operands[before].Bytes} behind the end of {_operands[before].Name} was written";
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    private T[] Fetch<T>(DeviceSpan<T> source, T[] destination)
        where T : unmanaged
    {
        _backend.Download(source, destination);
        return destination;
    }
}
