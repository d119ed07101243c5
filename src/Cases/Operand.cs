namespace JaccardKernels.Cases;

/// <summary>What the elements of an operand are.</summary>
public enum ElementType
{
    /// <summary>32-bit floating point; double precision in the reference.</summary>
    Float32,

    /// <summary>32-bit integers.</summary>
    Int32,

    /// <summary>64-bit integers.</summary>
    Int64,

    /// <summary>64-bit words of bits.</summary>
    UInt64,

    /// <summary>Bytes.</summary>
    UInt8,
}

/// <summary>What an operation does with an operand.</summary>
public enum OperandRole
{
    /// <summary>Read only.</summary>
    Input,

    /// <summary>Overwritten without having been read.</summary>
    Output,

    /// <summary>Read and written: accumulated into, or updated in place.</summary>
    InOut,
}

/// <summary>One operand of an operation, in the order of the method of the backend.</summary>
/// <param name="Name">The method's name for it.</param>
/// <param name="Type">Its elements.</param>
/// <param name="Role">Read, overwritten or updated.</param>
/// <param name="Domain">What values it takes; of no meaning to an output.</param>
/// <param name="Shape">Its dimensions, outermost first; a product of 0 means that this problem has no such operand.</param>
public sealed record Operand(string Name, ElementType Type, OperandRole Role, Domain Domain, IReadOnlyList<int> Shape)
{
    /// <summary>Elements.</summary>
    public int Length { get; } = Shape.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>Bytes on a device.</summary>
    public long Bytes => (long)Length * Type switch
    {
        ElementType.Float32 or ElementType.Int32 => sizeof(int),
        ElementType.UInt8 => sizeof(byte),
        _ => sizeof(long),
    };

    /// <summary>It has values before the operation runs.</summary>
    public bool IsRead => Role != OperandRole.Output;

    /// <summary>It has values of interest after the operation ran.</summary>
    public bool IsWritten => Role != OperandRole.Input;

    /// <summary>An operand that is only read; its domain decides the type.</summary>
    internal static Operand In(string name, Domain domain, params int[] shape) => new(name, domain.Type, OperandRole.Input, domain, shape);

    /// <summary>A float operand that is overwritten.</summary>
    internal static Operand Out(string name, params int[] shape) => Out(name, ElementType.Float32, shape);

    /// <summary>An operand that is overwritten.</summary>
    internal static Operand Out(string name, ElementType type, params int[] shape) => new(name, type, OperandRole.Output, Domain.Normal, shape);

    /// <summary>An operand that is accumulated into or updated.</summary>
    internal static Operand InOut(string name, Domain domain, params int[] shape) => new(name, domain.Type, OperandRole.InOut, domain, shape);
}
