using System.Runtime.InteropServices;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using FileElement = JaccardKernels.Engine.ElementType;
using OperandElement = JaccardKernels.Cases.ElementType;

namespace JaccardKernels.Cli.Verbs;

/// <summary>Operands as .npy files.</summary>
internal static class OperandArrays
{
    /// <summary>The type as NumPy names it.</summary>
    public static string TypeName(Operand operand) => operand.Type switch
    {
        OperandElement.Float32 => "float32",
        OperandElement.Int32 => "int32",
        OperandElement.Int64 => "int64",
        OperandElement.UInt8 => "uint8",
        _ => "uint64",
    };

    /// <summary>Type and shape, such as <c>float32 [64,128]</c>.</summary>
    public static string Describe(Operand operand) => $"{TypeName(operand)} {ShapeText(operand)}";

    /// <summary>Reads an operand from a file of its shape; wider floats and other integers are converted where every value fits.</summary>
    /// <exception cref="InvalidDataException">The shape is another, or the elements cannot be of the operand's type; the message names the file and the operand.</exception>
    public static Array Read(Operand operand, string path)
    {
        StoredArray array = NpyFile.Read(path);
        bool bytesOfWords = operand.Type == OperandElement.UInt64 && array.Type == FileElement.UInt8;
        int[] expected = [.. operand.Shape];
        if (bytesOfWords) expected[^1] *= sizeof(ulong);
        if (!array.Shape.SequenceEqual(expected))
            throw new InvalidDataException($"{path}: the shape is {array.ShapeText}; {operand.Name} is {Describe(operand)}.");
        switch (operand.Type)
        {
            case OperandElement.Float32: return array.ToSingle();
            case OperandElement.Int32: return array.ToInt32();
            case OperandElement.Int64: return array.Type == FileElement.Int64 ? array.AsSpan<long>().ToArray() : Array.ConvertAll(array.ToInt32(), value => (long)value);
            case OperandElement.UInt8: return array.AsSpan<byte>().ToArray();
            default: return bytesOfWords ? MemoryMarshal.Cast<byte, ulong>(array.Bytes).ToArray() : array.AsSpan<ulong>().ToArray();
        }
    }

    /// <summary>Writes an operand atomically.</summary>
    public static void Write(string path, Operand operand, Array values)
    {
        int[] shape = [.. operand.Shape];
        switch (values)
        {
            case float[] reals: NpyFile.Write<float>(path, reals, shape); break;
            case int[] integers: NpyFile.Write<int>(path, integers, shape); break;
            case long[] integers: NpyFile.Write<long>(path, integers, shape); break;
            case byte[] integers: NpyFile.Write<byte>(path, integers, shape); break;
            default: NpyFile.Write<ulong>(path, (ulong[])values, shape); break;
        }
    }

    private static string ShapeText(Operand operand) => $"[{string.Join(',', operand.Shape)}]";
}
