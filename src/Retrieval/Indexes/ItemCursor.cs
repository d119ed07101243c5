namespace JaccardKernels.Retrieval;

/// <summary>The items of an index at the moment it was made, block by block in order of their ids; other changes go on meanwhile.</summary>
public sealed class ItemCursor : IDisposable
{
    private readonly Snapshot _snapshot;
    private readonly List<ItemRun> _runs;
    private readonly int _width;
    private int _run;
    private long _item;
    private bool _disposed;

    internal ItemCursor(ItemStore store)
    {
        _snapshot = store.Acquire();
        try
        {
            ItemRuns runs = ItemRuns.Of(_snapshot, new Arrangement());
            (_runs, Count, _width) = (runs.Runs, runs.Count, store.Layout.CodeWidth);
        }
        catch
        {
            ItemStore.Release(_snapshot);
            throw;
        }
    }

    /// <summary>Items in all.</summary>
    public long Count { get; }

    /// <summary>The ids are 0, 1, 2 and so on.</summary>
    public bool IdsAreRows => Count == 0 || (_runs[0].Items.IdOf(_runs[0].Start) == 0 && _runs[^1].Items.IdOf(_runs[^1].Start + _runs[^1].Count - 1) == Count - 1);

    /// <summary>Reads the next items.</summary>
    /// <param name="ids">Overwritten; as many are read as it has room for, fewer at the end.</param>
    /// <param name="codes">Their words, room for as many.</param>
    /// <returns>How many; 0 at the end.</returns>
    /// <exception cref="InvalidDataException">The file is damaged where it was read.</exception>
    public unsafe int Read(Span<long> ids, Span<ulong> codes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int read = 0, words = _width / sizeof(ulong);
        while (read < ids.Length && _run < _runs.Count)
        {
            ItemRun run = _runs[_run];
            int count = (int)Math.Min(ids.Length - read, run.Count - _item);
            long first = run.Start + _item;
            for (int i = 0; i < count; i++) ids[read + i] = run.Items.IdOf(first + i);
            new ReadOnlySpan<ulong>(run.Items.Column(0, first, count), count * words).CopyTo(codes[(read * words)..]);
            read += count;
            _item += count;
            if (_item == run.Count) (_run, _item) = (_run + 1, 0);
        }
        return read;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true)) ItemStore.Release(_snapshot);
    }
}
