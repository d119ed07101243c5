using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace JaccardKernels.Retrieval;

/// <summary>What a record of the log does.</summary>
internal enum ChangeKind : uint
{
    Add = 1,
    Remove = 2,
}

/// <summary>
/// Items to be added, as bytes: the form in which they are logged, and in which they are taken up, so that both are one.
/// <code>count (4), zero (4), ids int64 [count], each column [count, width], and where names are kept: ends uint32 [count], text UTF-8</code>
/// </summary>
internal readonly ref struct AddRecord
{
    private const int Head = 8;

    private readonly ReadOnlySpan<byte> _payload;
    private readonly ItemLayout _layout;
    private readonly int _names;

    private AddRecord(ReadOnlySpan<byte> payload, ItemLayout layout, int count, int names)
    {
        _payload = payload;
        (_layout, Count, _names) = (layout, count, names);
    }

    /// <summary>Items.</summary>
    public int Count { get; }

    /// <summary>Their ids.</summary>
    public ReadOnlySpan<long> Ids => MemoryMarshal.Cast<byte, long>(_payload.Slice(Head, Count * sizeof(long)));

    /// <summary>What an item has in a column.</summary>
    public ReadOnlySpan<byte> Column(int column, int item)
    {
        int start = Head + Count * sizeof(long);
        for (int i = 0; i < column; i++) start += Count * _layout.Columns[i].Width;
        int width = _layout.Columns[column].Width;
        return _payload.Slice(start + item * width, width);
    }

    /// <summary>The name of an item, where names are kept.</summary>
    public string Name(int item)
    {
        ReadOnlySpan<uint> ends = Ends;
        int start = item == 0 ? 0 : (int)ends[item - 1];
        return Encoding.UTF8.GetString(Text[start..(int)ends[item]]);
    }

    private ReadOnlySpan<uint> Ends => MemoryMarshal.Cast<byte, uint>(_payload.Slice(_names, Count * sizeof(uint)));

    private ReadOnlySpan<byte> Text => _payload[(_names + Count * sizeof(uint))..];

    /// <summary>Reads a payload.</summary>
    /// <exception cref="InvalidDataException">It has not the bytes of its items.</exception>
    public static AddRecord Parse(ReadOnlySpan<byte> payload, ItemLayout layout, string name)
    {
        int count = payload.Length < Head ? -1 : MemoryMarshal.Read<int>(payload);
        long names = Head + count * (sizeof(long) + (long)layout.Width), least = names + (layout.HasNames ? count * 4L : 0);
        if (count < 0 || least > payload.Length || (!layout.HasNames && least != payload.Length))
            throw new InvalidDataException($"{name}: a record of {payload.Length} bytes adds {count} items; they need {least}.");
        var record = new AddRecord(payload, layout, count, (int)names);
        ReadOnlySpan<byte> codes = payload.Slice(Head + count * sizeof(long), count * layout.CodeWidth);
        int bad = layout.Tables is null ? PackedCodes.IndexOfUnusedBit(MemoryMarshal.Cast<byte, ulong>(codes), layout.Bits) : -1;
        if (bad >= 0) throw new InvalidDataException($"{name}: the code of id {record.Ids[bad]} has a bit beyond its {layout.Bits} set.");
        if (!layout.HasNames) return record;
        uint last = 0;
        foreach (uint end in record.Ends)
        {
            if (end < last || end > record.Text.Length || end - last > ChangeWriter.LongestName) throw new InvalidDataException($"{name}: a record has a name from {last} to {end} of {record.Text.Length} bytes.");
            last = end;
        }
        if (last != record.Text.Length) throw new InvalidDataException($"{name}: a record has names of {last} bytes in {record.Text.Length}.");
        StrictText.Decode(record.Text, name);
        return record;
    }
}

/// <summary>Puts records together in memory that is used again.</summary>
internal sealed class ChangeWriter
{
    /// <summary>The most bytes of a name.</summary>
    public const int LongestName = ushort.MaxValue;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What was put together.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.WrittenSpan;

    /// <summary>Begins a record of items to add; every column follows by <see cref="Append{T}"/>, then names by <see cref="AppendNames"/>.</summary>
    public void BeginAdd(ReadOnlySpan<long> ids)
    {
        _bytes.ResetWrittenCount();
        Append<long>([ids.Length]);
        Append(ids);
    }

    /// <summary>Makes a record of items that are there already.</summary>
    public unsafe void BeginAdd(ItemRun run, long start, int count, ItemLayout layout)
    {
        long first = run.Start + start;
        _bytes.ResetWrittenCount();
        Append<long>([count]);
        for (int i = 0; i < count; i++) Append<long>([run.Items.IdOf(first + i)]);
        for (int column = 0; column < layout.Columns.Count; column++)
            Append(new ReadOnlySpan<byte>(run.Items.Column(column, first, count), count * layout.Columns[column].Width));
        if (layout.HasNames) AppendNames([.. Enumerable.Range(0, count).Select(i => run.Items.NameOf(first + i)!)]);
    }

    /// <summary>Appends numbers.</summary>
    public void Append<T>(ReadOnlySpan<T> values)
        where T : unmanaged => _bytes.Write(MemoryMarshal.AsBytes(values));

    /// <summary>Appends names.</summary>
    /// <exception cref="ArgumentException">One is too long.</exception>
    public void AppendNames(ReadOnlySpan<string> names)
    {
        uint end = 0;
        foreach (string name in names)
        {
            int bytes = Encoding.UTF8.GetByteCount(name);
            if (bytes > LongestName) throw new ArgumentException($"a name has {bytes} bytes; the limit is {LongestName}: '{name[..40]}...'.", nameof(names));
            Append<uint>([end += (uint)bytes]);
        }
        foreach (string name in names) Encoding.UTF8.GetBytes(name, _bytes);
    }
}
