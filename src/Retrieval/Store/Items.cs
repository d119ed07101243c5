namespace JaccardKernels.Retrieval;

/// <summary>Items that lie one after the other in memory, row by row, and never change.</summary>
internal abstract unsafe class Items
{
    /// <summary>The number of their first row, counted over all items of an index.</summary>
    public abstract long FirstRow { get; }

    /// <summary>How many there are room for.</summary>
    public abstract long Count { get; }

    /// <summary>The id of an item.</summary>
    /// <param name="item">Counted from the first of these.</param>
    public abstract long IdOf(long item);

    /// <summary>A column of some items, one after the other.</summary>
    /// <param name="column">Its position in the layout.</param>
    /// <param name="item">The first, counted from the first of these.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="InvalidDataException">They come from a file and do not match their checksums.</exception>
    public abstract byte* Column(int column, long item, long count);

    /// <summary>An item's name; null where names are not kept.</summary>
    /// <exception cref="InvalidDataException">It comes from a file that does not hold it as it should.</exception>
    public abstract string? NameOf(long item);
}

/// <summary>Items of an index file, in groups whose ids rise.</summary>
internal sealed unsafe class StoredItems : Items
{
    private readonly MappedIndex _file;
    private readonly long[] _offsets;
    private readonly int[] _widths;
    private readonly long _ids, _names, _nameBytes;

    // Copied when it was checked: what somebody writes into the file later does not lead a search astray.
    private readonly long[] _starts;
    private readonly int[] _used;

    /// <summary>A view of a file.</summary>
    /// <exception cref="InvalidDataException">Its groups are no partition of its items.</exception>
    public StoredItems(MappedIndex file, ItemLayout layout)
    {
        _file = file;
        Count = file.Header.Count;
        _offsets = [.. layout.Columns.Select(column => file.Find(column.Kind)!.Value.Offset)];
        _widths = [.. layout.Columns.Select(column => column.Width)];
        _ids = file.Find(SectionKind.Ids)?.Offset ?? 0;
        (_names, _nameBytes) = file.Find(SectionKind.Names) is { } names ? (names.Offset, names.Bytes) : default;
        (_starts, _used) = ([0, Count], [0]);
        if (file.Find(SectionKind.Groups) is not { } groups) return;
        if (groups.Bytes < 2 * sizeof(long) || groups.Bytes % sizeof(long) != 0 || groups.Bytes / sizeof(long) - 1 > int.MaxValue)
            throw new InvalidDataException($"{file.Path}: its groups have {groups.Bytes} bytes; 8 for each and 8 more are needed.");
        Groups = (int)(groups.Bytes / sizeof(long)) - 1;
        long[] starts = new ReadOnlySpan<long>(file.Checked(groups.Offset, groups.Bytes), Groups + 1).ToArray();
        for (int group = 0; group < Groups; group++)
            if (starts[group] > starts[group + 1]) throw new InvalidDataException($"{file.Path}: its group {group} ends before it starts.");
        if (starts[0] != 0 || starts[Groups] != Count)
            throw new InvalidDataException($"{file.Path}: its groups have items {starts[0]} to {starts[Groups]}; it has {Count}.");
        (_starts, _used) = (starts, [.. Enumerable.Range(0, Groups).Where(group => starts[group] < starts[group + 1])]);
    }

    public override long Count { get; }

    /// <summary>Groups, 1 or more.</summary>
    public int Groups { get; } = 1;

    public override long FirstRow => 0;

    /// <summary>The first item of a group; of the group after the last, the number of items.</summary>
    public long GroupStart(int group) => _starts[group];

    public override long IdOf(long item) => _ids == 0 ? _file.Header.FirstId + item : *(long*)_file.Checked(_ids + item * sizeof(long), sizeof(long));

    public override byte* Column(int column, long item, long count) => _file.Checked(_offsets[column] + item * _widths[column], count * _widths[column]);

    /// <summary>Where an item's column is, not compared with checksums: to be fetched ahead.</summary>
    public byte* Unchecked(int column, long item) => _file.At(_offsets[column] + item * _widths[column]);

    public override string? NameOf(long item)
    {
        if (_names == 0) return null;
        long* ends = (long*)_file.Checked(_names + item * sizeof(long), 2 * sizeof(long));
        long text = (Count + 1) * sizeof(long), start = ends[0], end = ends[1];
        if (start < 0 || end < start || end - start > ushort.MaxValue || end > _nameBytes - text)
            throw new InvalidDataException($"{_file.Path}: name {item} runs from {start} to {end} of {_nameBytes - text} bytes.");
        return StrictText.Decode(new ReadOnlySpan<byte>(_file.Checked(_names + text + start, end - start), (int)(end - start)), _file.Path);
    }

    /// <summary>The item of an id, or -1.</summary>
    public long Find(long id)
    {
        if (_ids == 0) return id >= _file.Header.FirstId && id - _file.Header.FirstId < Count ? id - _file.Header.FirstId : -1;
        foreach (int group in _used)
        {
            long low = LowerBound(group, id);
            if (low < GroupStart(group + 1) && IdOf(low) == id) return low;
        }
        return -1;
    }

    /// <summary>The first item of a group whose id is not below one.</summary>
    public long LowerBound(int group, long id)
    {
        long low = GroupStart(group), high = GroupStart(group + 1);
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            if (IdOf(middle) < id) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

/// <summary>Items added since, a block of them in memory. One thread fills it, row after row; others read the rows they were told of.</summary>
internal sealed unsafe class AddedItems : Items
{
    private readonly int[] _widths;
    private readonly long[] _ids;
    private readonly byte[][] _columns;
    private readonly string[]? _names;

    public AddedItems(long firstRow, int capacity, ItemLayout layout)
    {
        FirstRow = firstRow;
        _widths = [.. layout.Columns.Select(column => column.Width)];
        _ids = GC.AllocateUninitializedArray<long>(capacity);
        // Pinned: kernels read them through pointers while the collector runs.
        _columns = [.. _widths.Select(width => GC.AllocateUninitializedArray<byte>(capacity * width, pinned: true))];
        _names = layout.HasNames ? new string[capacity] : null;
    }

    public override long FirstRow { get; }

    public override long Count => _ids.Length;

    public override long IdOf(long item) => _ids[item];

    public override byte* Column(int column, long item, long count)
    {
        fixed (byte* start = _columns[column]) return start + item * _widths[column];
    }

    public override string? NameOf(long item) => _names?[item];

    /// <summary>Fills a row that nobody reads yet.</summary>
    public void Set(int item, long id, in AddRecord record, int row)
    {
        _ids[item] = id;
        for (int column = 0; column < _widths.Length; column++)
            record.Column(column, row).CopyTo(_columns[column].AsSpan(item * _widths[column]));
        if (_names is not null) _names[item] = record.Name(row);
    }
}
