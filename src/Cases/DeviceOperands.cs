using JaccardKernels.Engine;

namespace JaccardKernels.Cases;

/// <summary>The operands of an instance in the memory of a backend, to be handed to its methods.</summary>
public sealed class DeviceOperands
{
    private readonly DeviceOperand[] _operands;

    internal DeviceOperands(DeviceOperand[] operands) => _operands = operands;

    /// <summary>Operand number <paramref name="index"/>.</summary>
    public DeviceOperand this[int index] => _operands[index];
}

/// <summary>One operand in the memory of a backend; converts to the span that a method asks for, an absent one to the empty span.</summary>
public readonly struct DeviceOperand
{
    private readonly DeviceBuffer _buffer;
    private readonly long _offset;
    private readonly int _length;

    internal DeviceOperand(DeviceBuffer buffer, long offset, int length) => (_buffer, _offset, _length) = (buffer, offset, length);

    /// <summary>Floats.</summary>
    public static implicit operator DeviceSpan<float>(DeviceOperand operand) => operand.As<float>();

    /// <summary>Integers.</summary>
    public static implicit operator DeviceSpan<int>(DeviceOperand operand) => operand.As<int>();

    /// <summary>Long integers.</summary>
    public static implicit operator DeviceSpan<long>(DeviceOperand operand) => operand.As<long>();

    /// <summary>Words of bits.</summary>
    public static implicit operator DeviceSpan<ulong>(DeviceOperand operand) => operand.As<ulong>();

    /// <summary>Bytes.</summary>
    public static implicit operator DeviceSpan<byte>(DeviceOperand operand) => operand.As<byte>();

    private DeviceSpan<T> As<T>()
        where T : unmanaged => _length == 0 ? default : _buffer.Slice<T>(_offset, _length);
}
