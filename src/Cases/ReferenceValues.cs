namespace JaccardKernels.Cases;

/// <summary>The values of all operands of an instance as the reference reads them: double, int, long, ulong and byte arrays.</summary>
public sealed class ReferenceValues
{
    private readonly IReadOnlyList<Operand> _operands;
    private readonly Array[] _values;

    private ReferenceValues(IReadOnlyList<Operand> operands, Array[] values) => (_operands, _values) = (operands, values);

    /// <summary>Operand number <paramref name="index"/>.</summary>
    public ReferenceOperand this[int index] => new(_values[index]);

    /// <summary>The operand of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public ReferenceOperand this[string name] => this[IndexOf(name)];

    /// <summary>Zeros everywhere.</summary>
    internal static ReferenceValues Allocate(IReadOnlyList<Operand> operands) => new(operands, [.. operands.Select(Allocate)]);

    /// <summary>The position of an operand.</summary>
    internal int IndexOf(string name)
    {
        for (int i = 0; i < _operands.Count; i++)
        {
            if (_operands[i].Name == name) return i;
        }
        throw new ArgumentException($"there is no operand '{name}'; there are {string.Join(", ", _operands.Select(o => o.Name))}.", nameof(name));
    }

    /// <summary>The array itself.</summary>
    internal Array Array(int index) => _values[index];

    /// <summary>A copy of its own.</summary>
    internal ReferenceValues Clone() => new(_operands, [.. _values.Select(v => (Array)v.Clone())]);

    private static Array Allocate(Operand operand) => operand.Type switch
    {
        ElementType.Float32 => new double[operand.Length],
        ElementType.Int32 => new int[operand.Length],
        ElementType.Int64 => new long[operand.Length],
        ElementType.UInt8 => new byte[operand.Length],
        _ => new ulong[operand.Length],
    };
}

/// <summary>The values of one operand; converts to the span that an operation asks for.</summary>
public readonly struct ReferenceOperand
{
    private readonly Array _values;

    internal ReferenceOperand(Array values) => _values = values;

    /// <summary>Copies real values.</summary>
    public void CopyTo(Span<double> destination) => ((double[])_values).CopyTo(destination);

    /// <summary>Real values, to be written.</summary>
    public static implicit operator Span<double>(ReferenceOperand operand) => (double[])operand._values;

    /// <summary>Real values.</summary>
    public static implicit operator ReadOnlySpan<double>(ReferenceOperand operand) => (double[])operand._values;

    /// <summary>Integers, to be written.</summary>
    public static implicit operator Span<int>(ReferenceOperand operand) => (int[])operand._values;

    /// <summary>Integers.</summary>
    public static implicit operator ReadOnlySpan<int>(ReferenceOperand operand) => (int[])operand._values;

    /// <summary>Long integers, to be written.</summary>
    public static implicit operator Span<long>(ReferenceOperand operand) => (long[])operand._values;

    /// <summary>Bytes, to be written.</summary>
    public static implicit operator Span<byte>(ReferenceOperand operand) => (byte[])operand._values;

    /// <summary>Bytes.</summary>
    public static implicit operator ReadOnlySpan<byte>(ReferenceOperand operand) => (byte[])operand._values;

    /// <summary>Words of bits, to be written.</summary>
    public static implicit operator Span<ulong>(ReferenceOperand operand) => (ulong[])operand._values;

    /// <summary>Words of bits.</summary>
    public static implicit operator ReadOnlySpan<ulong>(ReferenceOperand operand) => (ulong[])operand._values;
}
