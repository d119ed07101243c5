using System.Buffers;
using System.Text;
using Google.Protobuf;

namespace JaccardKernels.Onnx;

/// <summary>A message of Protocol Buffers that is written field by field, in the order of the calls.</summary>
internal sealed class ProtoMessage
{
    // A tag and a number, each up to ten bytes.
    private const int MaxHead = 20;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The message so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Adds an integer or an enumeration.</summary>
    public ProtoMessage Add(int field, long value) => Head(field, WireFormat.WireType.Varint, output => output.WriteInt64(value));

    /// <summary>Adds a float.</summary>
    public ProtoMessage Add(int field, float value) => Head(field, WireFormat.WireType.Fixed32, output => output.WriteFloat(value));

    /// <summary>Adds bytes.</summary>
    public ProtoMessage Add(int field, ReadOnlySpan<byte> value)
    {
        int length = value.Length;
        _ = Head(field, WireFormat.WireType.LengthDelimited, output => output.WriteLength(length));
        _bytes.Write(value);
        return this;
    }

    /// <summary>Adds a text.</summary>
    public ProtoMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds a message.</summary>
    public ProtoMessage Add(int field, ProtoMessage value) => Add(field, value.Bytes);

    /// <summary>Adds one field for each value.</summary>
    public ProtoMessage AddEach(int field, IEnumerable<long> values)
    {
        foreach (long value in values) Add(field, value);
        return this;
    }

    private ProtoMessage Head(int field, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        byte[] head = new byte[MaxHead];
        using var output = new CodedOutputStream(head);
        output.WriteTag(field, type);
        write(output);
        _bytes.Write(head.AsSpan(0, (int)output.Position));
        return this;
    }
}
