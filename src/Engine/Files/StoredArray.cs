using System.Numerics;
using System.Runtime.InteropServices;

namespace JaccardKernels.Engine;

/// <summary>
/// An array read from a file or about to be written: row-major, of any rank, below 2^31 elements and bytes. It remembers where it came from, so
/// that every refusal names the file. The conversions refuse what does not fit; they never wrap or round an integer.
/// </summary>
public sealed class StoredArray
{
    private readonly byte[] _bytes;
    private readonly int[] _shape;

    // The readers have checked that the bytes are those of the shape.
    internal StoredArray(string name, ElementType type, int[] shape, byte[] bytes)
    {
        (Name, Type, _shape, _bytes) = (name, type, shape, bytes);
        Length = bytes.Length / type.Size();
    }

    /// <summary>What it is called in messages: the file, or the file and the tensor.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public ElementType Type { get; }

    /// <summary>Extents, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape => _shape;

    /// <summary>Elements, the product of the extents.</summary>
    public int Length { get; }

    /// <summary>The elements as bytes, little-endian.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The shape as text, <c>[128,64]</c>.</summary>
    public string ShapeText => ShapeToText<int>(_shape);

    /// <summary>Makes an array of a copy of <paramref name="values"/>.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the number of values.</exception>
    public static StoredArray Create<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        ElementType type = ElementTypes.Of<T>();
        CheckShape(values.Length, shape);
        return new StoredArray(name, type, shape.ToArray(), MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>The elements, when they are of type <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidDataException">They are of another type.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged
    {
        ElementType wanted = ElementTypes.Of<T>();
        return wanted == Type
            ? MemoryMarshal.Cast<byte, T>(_bytes)
            : throw new InvalidDataException($"{Name}: elements are {Type}; {wanted} is needed.");
    }

    /// <summary>Rows and columns of a matrix.</summary>
    /// <exception cref="InvalidDataException">The rank is not 2.</exception>
    public (int Rows, int Columns) RequireMatrix() => _shape.Length == 2
        ? (_shape[0], _shape[1])
        : throw new InvalidDataException($"{Name}: the shape is {ShapeText}; a matrix [rows,columns] is needed.");

    /// <summary>Refuses another shape.</summary>
    /// <exception cref="InvalidDataException">The shape differs.</exception>
    public void RequireShape(params ReadOnlySpan<int> shape)
    {
        if (!shape.SequenceEqual(_shape)) throw new InvalidDataException($"{Name}: the shape is {ShapeText}; {ShapeToText(shape)} is needed.");
    }

    /// <summary>A copy as int, from any integer type or booleans.</summary>
    /// <exception cref="InvalidDataException">The elements are not integers, or one does not fit an int.</exception>
    public int[] ToInt32() => ToIntegers<int>();

    /// <summary>A copy as long, from any integer type or booleans.</summary>
    /// <exception cref="InvalidDataException">The elements are not integers, or one does not fit a long.</exception>
    public long[] ToInt64() => ToIntegers<long>();

    private T[] ToIntegers<T>()
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => Type switch
    {
        ElementType.Bool or ElementType.UInt8 => Integers<byte, T>(),
        ElementType.Int8 => Integers<sbyte, T>(),
        ElementType.UInt16 => Integers<ushort, T>(),
        ElementType.Int16 => Integers<short, T>(),
        ElementType.UInt32 => Integers<uint, T>(),
        ElementType.Int32 => Integers<int, T>(),
        ElementType.UInt64 => Integers<ulong, T>(),
        ElementType.Int64 => Integers<long, T>(),
        _ => throw new InvalidDataException($"{Name}: elements are {Type}; integers are needed."),
    };

    /// <summary>A copy as float, from any floating-point type (double is rounded).</summary>
    /// <exception cref="InvalidDataException">The elements are integers, or one is NaN or infinite as a float.</exception>
    public float[] ToSingle()
    {
        float[] values = Type switch
        {
            ElementType.Float16 => Floats<Half>(),
            ElementType.Float32 => AsSpan<float>().ToArray(),
            ElementType.Float64 => Floats<double>(),
            _ => throw new InvalidDataException($"{Name}: elements are {Type}; floating-point numbers are needed."),
        };
        int bad = IndexOfNonFinite(values);
        return bad < 0 ? values : throw new InvalidDataException(
            $"{Name}: the element at {Position(bad)} is {values[bad]}; finite numbers are needed.");
    }

    /// <summary>The first NaN or infinity, or -1.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        // x - x is 0 for every finite x and NaN for the rest: blocks are summed, and only a bad one is searched.
        const int Block = 4096;
        for (int start = 0; start < values.Length; start += Block)
        {
            ReadOnlySpan<float> block = values.Slice(start, Math.Min(Block, values.Length - start));
            float sum = 0;
            foreach (float x in block) sum += x - x;
            if (sum == 0) continue;
            for (int i = 0; i < block.Length; i++)
            {
                if (!float.IsFinite(block[i])) return start + i;
            }
        }
        return -1;
    }

    internal static string ShapeToText<T>(ReadOnlySpan<T> shape) => $"[{string.Join(',', shape.ToArray())}]";

    internal static void CheckShape(int length, ReadOnlySpan<int> shape)
    {
        long product = 1;
        foreach (int extent in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(extent, nameof(shape));
            product = Math.Min(product * extent, 1L << 32);
        }
        if (product != length) throw new ArgumentException($"the shape {ShapeToText(shape)} is not that of {length} values.", nameof(shape));
    }

    /// <summary>Where an element lies, as <c>[row,column]</c>.</summary>
    private string Position(int index)
    {
        int[] position = new int[_shape.Length];
        for (int axis = _shape.Length - 1; axis >= 0; axis--) (index, position[axis]) = Math.DivRem(index, _shape[axis]);
        return ShapeToText<int>(position);
    }

    private TResult[] Integers<T, TResult>()
        where T : unmanaged, IBinaryInteger<T>
        where TResult : unmanaged, IBinaryInteger<TResult>, IMinMaxValue<TResult>
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(_bytes);
        TResult[] result = GC.AllocateUninitializedArray<TResult>(source.Length);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = TResult.CreateTruncating(source[i]);
            if (T.CreateTruncating(result[i]) != source[i] || TResult.IsNegative(result[i]) != T.IsNegative(source[i]))
                throw new InvalidDataException(
                    $"{Name}: the element at {Position(i)} is {source[i]}; the range is {TResult.MinValue} to {TResult.MaxValue}.");
        }
        return result;
    }

    private float[] Floats<T>()
        where T : unmanaged, IFloatingPoint<T>
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(_bytes);
        float[] result = GC.AllocateUninitializedArray<float>(source.Length);
        for (int i = 0; i < result.Length; i++) result[i] = float.CreateTruncating(source[i]);
        return result;
    }
}
