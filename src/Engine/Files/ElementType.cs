namespace JaccardKernels.Engine;

/// <summary>The type of an array's elements in a file, little-endian.</summary>
public enum ElementType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>8 bits, unsigned.</summary>
    UInt8,

    /// <summary>8 bits, signed.</summary>
    Int8,

    /// <summary>16 bits, unsigned.</summary>
    UInt16,

    /// <summary>16 bits, signed.</summary>
    Int16,

    /// <summary>16 bits, IEEE half precision.</summary>
    Float16,

    /// <summary>32 bits, unsigned.</summary>
    UInt32,

    /// <summary>32 bits, signed.</summary>
    Int32,

    /// <summary>32 bits, IEEE single precision.</summary>
    Float32,

    /// <summary>64 bits, unsigned.</summary>
    UInt64,

    /// <summary>64 bits, signed.</summary>
    Int64,

    /// <summary>64 bits, IEEE double precision.</summary>
    Float64,
}

/// <summary>Sizes and names of element types.</summary>
public static class ElementTypes
{
    // One row per type, in the order of the enumeration: bytes, numpy's descr, safetensors' dtype.
    private static readonly (int Size, string Npy, string Safetensors)[] Table =
    [
        (1, "|b1", "BOOL"), (1, "|u1", "U8"), (1, "|i1", "I8"), (2, "<u2", "U16"), (2, "<i2", "I16"), (2, "<f2", "F16"),
        (4, "<u4", "U32"), (4, "<i4", "I32"), (4, "<f4", "F32"), (8, "<u8", "U64"), (8, "<i8", "I64"), (8, "<f8", "F64"),
    ];

    /// <summary>Bytes of an element.</summary>
    public static int Size(this ElementType type) => Table[(int)type].Size;

    /// <summary>The element type of a C# type.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    public static ElementType Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(bool)) return ElementType.Bool;
        if (typeof(T) == typeof(byte)) return ElementType.UInt8;
        if (typeof(T) == typeof(sbyte)) return ElementType.Int8;
        if (typeof(T) == typeof(ushort)) return ElementType.UInt16;
        if (typeof(T) == typeof(short)) return ElementType.Int16;
        if (typeof(T) == typeof(Half)) return ElementType.Float16;
        if (typeof(T) == typeof(uint)) return ElementType.UInt32;
        if (typeof(T) == typeof(int)) return ElementType.Int32;
        if (typeof(T) == typeof(float)) return ElementType.Float32;
        if (typeof(T) == typeof(ulong)) return ElementType.UInt64;
        if (typeof(T) == typeof(long)) return ElementType.Int64;
        if (typeof(T) == typeof(double)) return ElementType.Float64;
        throw new ArgumentException($"{typeof(T).Name} is not a type of elements that files hold.", nameof(T));
    }

    internal static string NpyDescr(this ElementType type) => Table[(int)type].Npy;

    internal static string SafetensorsDtype(this ElementType type) => Table[(int)type].Safetensors;

    internal static ElementType? FromNpyDescr(string descr) => Find(Array.FindIndex(Table, row => row.Npy == descr));

    internal static ElementType? FromSafetensorsDtype(string dtype) => Find(Array.FindIndex(Table, row => row.Safetensors == dtype));

    private static ElementType? Find(int index) => index < 0 ? null : (ElementType)index;
}
