using System.Runtime.InteropServices;
using JaccardKernels.Engine;

namespace JaccardKernels.Retrieval;

/// <summary>
/// The items of an index: an index file, its log, and what both come to. One thread at a time changes it, any number read snapshots of it meanwhile, without a
/// lock. Of several processes one may open it to write; the others read, and see what was acknowledged when they opened it or last refreshed.
/// </summary>
internal sealed class ItemStore : IDisposable
{
    private readonly Lock _write = new();
    private readonly string? _path;
    private readonly Arrangement _arrangement;
    private readonly FileStream? _lock;
    private ChangeLog? _log;
    private volatile Snapshot _current;
    private bool _disposed;

    // What is on the disk is no longer what is in memory: only opening it again can tell.
    private bool _failed;

    private ItemStore(ItemLayout layout, Arrangement arrangement, string? path, FileStream? writeLock, MappedIndex? file, ChangeLog? log)
    {
        (Layout, _arrangement, _path, _lock, _log) = (layout, arrangement, path, writeLock, log);
        _current = Start(file);
    }

    /// <summary>What is kept of items.</summary>
    public ItemLayout Layout { get; }

    /// <summary>The state now; for what needs no lease.</summary>
    public Snapshot Current => _current;

    /// <summary>It may be changed.</summary>
    public bool IsWritable => _path is null || _lock is not null;

    /// <summary>A store without a file.</summary>
    public static ItemStore InMemory(ItemLayout layout) => new(layout, new Arrangement(), null, null, null, null);

    /// <summary>Opens an index file and its log.</summary>
    /// <param name="path">The file.</param>
    /// <param name="writable">To change it: refused where another process has it open so.</param>
    /// <param name="structures">The structures it may have.</param>
    /// <exception cref="IOException">There is none, it cannot be read, or it is being written.</exception>
    /// <exception cref="InvalidDataException">It or its log is damaged, or of an unknown version.</exception>
    public static ItemStore Open(string path, bool writable, params ReadOnlySpan<IndexStructure> structures)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such index.");
        FileStream? writeLock = writable ? WriteLock.Take(path) : null;
        MappedIndex? file = null;
        ChangeLog? log = null;
        try
        {
            (file, log) = OpenPair(path, writable);
            ItemLayout layout = ItemLayout.Of(file);
            if (!structures.Contains(layout.Structure))
                throw new InvalidDataException($"{path}: its structure is {layout.Structure}; {string.Join(" or ", structures.ToArray())} is needed.");
            var store = new ItemStore(layout, Arrangements.Of(layout), path, writeLock, file, log);
            store._current = store.Replayed(store._current, log);
            if (writable) log!.CutTail();
            return store;
        }
        catch
        {
            log?.Dispose();
            file?.Dispose();
            writeLock?.Dispose();
            throw;
        }
    }

    /// <summary>Writes an index file in place of whatever has its name, with the items of a snapshot.</summary>
    /// <exception cref="IOException">It cannot be written, or is being written by another process; what was there is as it was.</exception>
    public static void Write(
        string path, ItemLayout layout, Arrangement arrangement, ItemRuns items, StoreProgress? progress = null, CancellationToken cancellation = default)
    {
        using FileStream writeLock = WriteLock.Take(path);
        using AtomicFile file = AtomicFile.Create(path);
        ItemFile.Write(file.Stream, layout, arrangement, items, Generation.After(path), progress, cancellation);
        file.Commit();
        // What is left of a former file's log is older than this file, and nobody reads it again.
        File.Delete(ChangeLog.PathOf(path));
    }

    /// <summary>A snapshot whose file stays open until it is given back.</summary>
    public Snapshot Acquire()
    {
        while (true)
        {
            Snapshot snapshot = _current;
            if (snapshot.File is null || snapshot.File.TryAcquire()) return snapshot;
            ObjectDisposedException.ThrowIf(_disposed, this);
        }
    }

    /// <summary>Gives a snapshot back.</summary>
    public static void Release(Snapshot snapshot) => snapshot.File?.Dispose();

    /// <summary>The largest id that is there; -1 where there is none.</summary>
    public long LargestId()
    {
        Snapshot snapshot = Acquire();
        try
        {
            long largest = -1;
            for (int group = 0; group < (snapshot.Stored?.Groups ?? 0); group++)
            {
                long item = snapshot.Stored!.GroupStart(group + 1) - 1;
                while (item >= snapshot.Stored.GroupStart(group) && !snapshot.IsLive(item)) item--;
                if (item >= snapshot.Stored.GroupStart(group)) largest = Math.Max(largest, snapshot.Stored.IdOf(item));
            }
            for (long row = snapshot.StoredCount; row < snapshot.StoredCount + snapshot.Added; row++)
            {
                (Items items, long item) = snapshot.Locate(row);
                if (snapshot.IsLive(row)) largest = Math.Max(largest, items.IdOf(item));
            }
            return largest;
        }
        finally
        {
            Release(snapshot);
        }
    }

    /// <summary>Adds the items of a record.</summary>
    /// <exception cref="ArgumentException">An id is negative, given twice, or there already.</exception>
    /// <exception cref="IOException">It could not be logged; nothing was added.</exception>
    public void Add(ReadOnlySpan<byte> payload)
    {
        lock (_write)
        {
            RequireWritable();
            AddRecord record = AddRecord.Parse(payload, Layout, "the items");
            if (WhyNotNew(_current, record.Ids) is { } why) throw new ArgumentException(why, nameof(payload));
            _log?.Append(ChangeKind.Add, payload);
            _failed = true;
            _current = With(_current, record);
            _failed = false;
        }
    }

    /// <summary>Removes ids; those that are not there are passed over.</summary>
    /// <returns>How many were there.</returns>
    /// <exception cref="IOException">It could not be logged; nothing was removed.</exception>
    public int Remove(ReadOnlySpan<long> ids)
    {
        lock (_write)
        {
            RequireWritable();
            long before = _current.Count;
            if (!ids.IsEmpty)
            {
                _log?.Append(ChangeKind.Remove, MemoryMarshal.AsBytes(ids));
                _failed = true;
                _current = Without(_current, ids);
                _failed = false;
            }
            return (int)(before - _current.Count);
        }
    }

    /// <summary>Writes file and log as one new file, and goes on with it.</summary>
    /// <exception cref="IOException">It could not be written; all is as it was.</exception>
    public void Compact(StoreProgress? progress = null, CancellationToken cancellation = default)
    {
        lock (_write)
        {
            RequireWritable();
            Snapshot old = _current;
            if (_path is null)
            {
                _current = Rebuilt(old);
                return;
            }
            MappedIndex file;
            ChangeLog log;
            using (AtomicFile target = AtomicFile.Create(_path), newLog = AtomicFile.Create(ChangeLog.PathOf(_path)))
            {
                long generation = old.File!.Header.Generation + 1;
                IndexHeader header = ItemFile.Write(
                    target.Stream, Layout, _arrangement, ItemRuns.Of(old, _arrangement), generation, progress, cancellation);
                newLog.Stream.Write(ChangeLog.Empty(generation, header.Hash));
                // All that needs room is on the disk before anything changes its name.
                newLog.Stream.Flush(flushToDisk: true);
                // Between the two renames the old log lies beside the new file: it is of an earlier generation, and passed over.
                _failed = true;
                target.Commit();
                newLog.Commit();
                file = MappedIndex.Open(_path);
                log = ChangeLog.TryOpen(ChangeLog.PathOf(_path), writable: true)!;
            }
            _log!.Dispose();
            _log = log;
            _current = Start(file);
            _failed = false;
            old.File.Dispose();
        }
    }

    /// <summary>Takes up what another process has written since.</summary>
    /// <returns>Whether there was anything.</returns>
    /// <exception cref="InvalidDataException">File or log is damaged, or another index has taken their place.</exception>
    public bool Refresh()
    {
        lock (_write)
        {
            if (_path is null || _lock is not null) return false;
            RequireSound();
            Snapshot old = _current;
            (MappedIndex file, ChangeLog? log) = OpenPair(_path, writable: false);
            if (file.Header.Hash == old.File!.Header.Hash)
            {
                file.Dispose();
                if (_log is null) _log = log;
                else log?.Dispose();
                _failed = true;
                _current = Replayed(old, _log);
                _failed = false;
                return _current != old;
            }
            try
            {
                ItemLayout layout = ItemLayout.Of(file);
                if (layout.Structure != Layout.Structure || layout.Bits != Layout.Bits || layout.HasNames != Layout.HasNames || layout.Origin != Layout.Origin
                    || layout.Tables?.Hash != Layout.Tables?.Hash || !layout.Columns.SequenceEqual(Layout.Columns))
                    throw new InvalidDataException($"{_path}: is another index now, {layout.Structure} of {layout.Bits} bits; open it again.");
                _current = Replayed(Start(file), log);
            }
            catch
            {
                file.Dispose();
                log?.Dispose();
                throw;
            }
            _log?.Dispose();
            _log = log;
            old.File.Dispose();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_write)
        {
            if (_disposed) return;
            _disposed = true;
            _log?.Dispose();
            _current.File?.Dispose();
            _lock?.Dispose();
        }
    }

    // A file and the log that belongs to it. A writer makes the log where there is none yet.
    private static (MappedIndex File, ChangeLog? Log) OpenPair(string path, bool writable)
    {
        // Another process may put a new pair in the place of this one between the two openings: then look again.
        for (int look = 1; ; look++)
        {
            MappedIndex file = MappedIndex.Open(path);
            try
            {
                ChangeLog? log = ChangeLog.TryOpen(ChangeLog.PathOf(path), writable);
                if (log is not null && log.Generation == file.Header.Generation && log.BaseHash == file.Header.Hash) return (file, log);
                long generation = log?.Generation ?? 0;
                bool isOlder = log is null || generation < file.Header.Generation;
                log?.Dispose();
                if (isOlder && !writable)
                {
                    // Unless another file has taken its name meanwhile, and its log was deleted with it.
                    using MappedIndex now = MappedIndex.Open(path);
                    if (now.Header.Hash == file.Header.Hash || look == 4) return (file, null);
                }
                else if (isOlder)
                {
                    AtomicFile.WriteAllBytes(ChangeLog.PathOf(path), ChangeLog.Empty(file.Header.Generation, file.Header.Hash));
                    return (file, ChangeLog.TryOpen(ChangeLog.PathOf(path), writable));
                }
                else if (look == 4)
                {
                    throw new InvalidDataException(
                        $"{ChangeLog.PathOf(path)}: belongs to another file than {path} (generation {generation}, not {file.Header.Generation}).");
                }
            }
            catch
            {
                file.Dispose();
                throw;
            }
            file.Dispose();
            Thread.Yield();
        }
    }

    private Snapshot Start(MappedIndex? file)
    {
        StoredItems? stored = file is null ? null : new StoredItems(file, Layout);
        if (stored is not null && stored.Groups != _arrangement.Groups)
            throw new InvalidDataException($"{file!.Path}: has {stored.Groups} groups; {_arrangement.Groups} are needed.");
        // Blocks of about 16 KiB of columns: what the first item added takes, and a scan is done with at a time.
        int items = 1 << Math.Clamp(14 - int.Log2(Layout.Width), 4, 11);
        return new Snapshot(file, stored, [], items, 0, RowMap.Create(), RowMap.Create(), 0, stored?.Count ?? 0);
    }

    // The changes that a log has beyond where it was read.
    private Snapshot Replayed(Snapshot snapshot, ChangeLog? log)
    {
        while (log is not null && log.TryRead(out ChangeKind kind, out ReadOnlySpan<byte> payload))
        {
            switch (kind)
            {
                case ChangeKind.Add:
                    AddRecord record = AddRecord.Parse(payload, Layout, log.Path);
                    if (WhyNotNew(snapshot, record.Ids) is { } why) throw new InvalidDataException($"{log.Path}: {why}");
                    snapshot = With(snapshot, record);
                    break;
                case ChangeKind.Remove when payload.Length % sizeof(long) == 0:
                    snapshot = Without(snapshot, MemoryMarshal.Cast<byte, long>(payload));
                    break;
                default:
                    throw new InvalidDataException($"{log.Path}: has a record of the unknown kind {(uint)kind} and {payload.Length} bytes.");
            }
        }
        return snapshot;
    }

    private void RequireWritable()
    {
        RequireSound();
        if (!IsWritable) throw new InvalidOperationException($"{_path}: is open for reading.");
    }

    private void RequireSound()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failed) throw new IOException($"{_path}: a change has failed half done; open the index again.");
    }

    // What is wrong with ids to be added; null if nothing is.
    private static string? WhyNotNew(Snapshot snapshot, ReadOnlySpan<long> ids)
    {
        long last = -1;
        bool rising = true;
        foreach (long id in ids)
        {
            if (id < 0) return $"id {id} is negative; the least is 0.";
            if (snapshot.Find(id) >= 0) return $"id {id} is there already.";
            rising &= id > last;
            last = id;
        }
        if (rising) return null;
        long[] sorted = ids.ToArray();
        Array.Sort(sorted);
        for (int i = 1; i < sorted.Length; i++)
            if (sorted[i] == sorted[i - 1]) return $"id {sorted[i]} is given twice.";
        return null;
    }

    private Snapshot With(Snapshot old, in AddRecord record)
    {
        AddedItems[] chunks = old.Chunks;
        RowMap rows = old.Rows;
        for (int i = 0; i < record.Count; i++)
        {
            long added = old.Added + i;
            int chunk = checked((int)(added / old.ChunkItems)), item = (int)(added % old.ChunkItems);
            // Snapshots share the array; each looks at those of its own rows only.
            if (chunk == chunks.Length) Array.Resize(ref chunks, Math.Max(4, 2 * chunks.Length));
            if (item == 0) chunks[chunk] = new AddedItems(old.StoredCount + chunk * (long)old.ChunkItems, old.ChunkItems, Layout);
            chunks[chunk].Set(item, record.Ids[i], record, i);
            rows = rows.Set(record.Ids[i], old.StoredCount + added);
        }
        return old with
        {
            Chunks = chunks, Rows = rows, Added = old.Added + record.Count, Change = old.Change + 1, Count = old.Count + record.Count,
        };
    }

    private static Snapshot Without(Snapshot old, ReadOnlySpan<long> ids)
    {
        Snapshot result = old with { Change = old.Change + 1 };
        long count = old.Count;
        foreach (long id in ids)
        {
            // Looked for among what this very change has left, so that an id given twice is removed once.
            long row = result.Find(id);
            if (row < 0) continue;
            RowMap removed = result.Removed.Set(row, result.Change);
            if (removed != result.Removed) result = result with { Removed = removed };
            count--;
        }
        return result with { Count = count };
    }

    // In memory, what is left of the items is copied.
    private Snapshot Rebuilt(Snapshot old)
    {
        var writer = new ChangeWriter();
        Snapshot result = Start(null);
        foreach (ItemRun run in ItemRuns.Of(old, _arrangement).Runs)
        {
            int step = old.ChunkItems;
            for (long at = 0; at < run.Count; at += step)
            {
                writer.BeginAdd(run, at, (int)Math.Min(step, run.Count - at), Layout);
                result = With(result, AddRecord.Parse(writer.Payload, Layout, "the items"));
            }
        }
        return result;
    }
}
