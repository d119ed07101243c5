using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace JaccardKernels.Onnx;

/// <summary>
/// A model in the Open Neural Network Exchange format as it grows: nodes in the order of computation, constants, inputs and outputs. Numbers of fields
/// are those of onnx.proto (github.com/onnx/onnx, IR version 8); operators are of opset 17.
/// </summary>
public sealed class OnnxGraph
{
    private const int IrVersion = 8, Opset = 17, Float = 1;

    private readonly ProtoMessage _graph = new();

    /// <summary>Adds a node.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="name">Unique.</param>
    /// <param name="inputs">Names of values.</param>
    /// <param name="output">The name of its result.</param>
    /// <param name="attributes">Its attributes.</param>
    public void Node(string type, string name, IEnumerable<string> inputs, string output, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var node = new ProtoMessage();
        foreach (string input in inputs) node.Add(1, input);
        node.Add(2, output).Add(3, name).Add(4, type);
        foreach (OnnxAttribute attribute in attributes) node.Add(5, attribute.Message);
        _graph.Add(1, node);
    }

    /// <summary>Adds a constant of floats.</summary>
    public void Constant(string name, IEnumerable<int> shape, ReadOnlySpan<float> values)
    {
        ProtoMessage tensor = new ProtoMessage().AddEach(1, shape.Select(size => (long)size)).Add(2, Float).Add(8, name);
        _graph.Add(5, tensor.Add(9, LittleEndian(values)));
    }

    /// <summary>Declares an input; a dimension of 0 is any batch.</summary>
    public void Input(string name, params ReadOnlySpan<int> shape) => _graph.Add(11, Value(name, shape));

    /// <summary>Declares an output; a dimension of 0 is any batch.</summary>
    public void Output(string name, params ReadOnlySpan<int> shape) => _graph.Add(12, Value(name, shape));

    /// <summary>The model's file.</summary>
    /// <param name="name">What it is called.</param>
    public byte[] ToModel(string name)
    {
        _graph.Add(2, name);
        ProtoMessage opset = new ProtoMessage().Add(1, "").Add(2, Opset);
        return new ProtoMessage().Add(1, IrVersion).Add(2, "JaccardKernels").Add(8, opset).Add(7, _graph).Bytes.ToArray();
    }

    private static ProtoMessage Value(string name, ReadOnlySpan<int> shape)
    {
        var dimensions = new ProtoMessage();
        foreach (int size in shape) dimensions.Add(1, size == 0 ? new ProtoMessage().Add(2, "batch") : new ProtoMessage().Add(1, (long)size));
        ProtoMessage tensor = new ProtoMessage().Add(1, Float).Add(2, dimensions);
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensor));
    }

    private static ReadOnlySpan<byte> LittleEndian(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian) return MemoryMarshal.AsBytes(values);
        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }
}

/// <summary>An attribute of a node.</summary>
public readonly record struct OnnxAttribute
{
    private const int FloatType = 1, IntegerType = 2, IntegersType = 7;

    private OnnxAttribute(ProtoMessage message) => Message = message;

    internal ProtoMessage Message { get; }

    /// <summary>One integer.</summary>
    public static OnnxAttribute Of(string name, int value) => new(new ProtoMessage().Add(1, name).Add(3, (long)value).Add(20, IntegerType));

    /// <summary>One float.</summary>
    public static OnnxAttribute Of(string name, float value) => new(new ProtoMessage().Add(1, name).Add(2, value).Add(20, FloatType));

    /// <summary>Some integers.</summary>
    public static OnnxAttribute Of(string name, params int[] values) =>
        new(new ProtoMessage().Add(1, name).AddEach(8, values.Select(value => (long)value)).Add(20, IntegersType));
}
