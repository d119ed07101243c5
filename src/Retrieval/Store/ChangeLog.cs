using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace JaccardKernels.Retrieval;

/// <summary>
/// The log beside an index file: what was added and removed since the file was written, record after record, each on the disk before it is acknowledged.
/// <code>
/// offset  bytes  header
///      0      8  magic "JKXLOG\r\n"
///      8      4  version, 1
///     12      4  zero
///     16      8  generation of the index file it belongs to
///     24      8  hash of that file's header
///     32      8  XxHash3 of the header up to here
/// then records
///      0      8  bytes of the payload, P
///      8      4  kind: 1 items added (AddRecord), 2 ids removed (int64 each)
///     12      4  zero
///     16      8  XxHash3 of the 16 bytes before, its seed the last hash before them in the file
///     24      P  payload
///   24+P      8  XxHash3 of the payload, its seed the hash before it
/// </code>
/// So every byte is under a hash, and records can neither change places nor be missing between others. A write that was cut short leaves a beginning of a
/// record, or zeros where a file system had made room for it: both end the log. Anything else that does not match is damage, and refused.
/// </summary>
internal sealed class ChangeLog : IDisposable
{
    private const uint Version = 1;
    private const int Header = 40, RecordHead = 24, Hash = 8;

    // A reader may look while the last record is being written, which takes microseconds: it looks again before it calls that damage.
    private const int Looks = 4;

    private readonly SafeFileHandle _file;
    private readonly bool _writable;
    private byte[] _buffer = new byte[RecordHead];
    private ulong _seed;
    private bool _broken;

    private ChangeLog(string path, SafeFileHandle file, bool writable) => (Path, _file, _writable) = (path, file, writable);

    private static ReadOnlySpan<byte> Magic => "JKXLOG\r\n"u8;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where the records end that were read or written.</summary>
    public long Position { get; private set; }

    /// <summary>Generation of the index file it belongs to.</summary>
    public long Generation { get; private init; }

    /// <summary>Hash of that file's header.</summary>
    public ulong BaseHash { get; private init; }

    /// <summary>The log of an index file.</summary>
    public static string PathOf(string index) => index + ".log";

    /// <summary>The bytes of a log without records.</summary>
    public static byte[] Empty(long generation, ulong baseHash)
    {
        byte[] header = new byte[Header];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), generation);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), baseHash);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(32), XxHash3.HashToUInt64(header.AsSpan(0, 32)));
        return header;
    }

    /// <summary>Opens a log at its first record.</summary>
    /// <returns>null where there is none.</returns>
    /// <exception cref="InvalidDataException">It is not a log of a known version.</exception>
    public static ChangeLog? TryOpen(string path, bool writable)
    {
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, writable ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        try
        {
            Span<byte> header = stackalloc byte[Header];
            int read = RandomAccess.Read(file, header, 0);
            if (read < 12 || !header.StartsWith(Magic)) throw new InvalidDataException($"{path}: is not the log of an index.");
            uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            if (version != Version) throw new InvalidDataException($"{path}: log format version is {version}; {Version} is the one known.");
            ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
            if (read < Header || hash != XxHash3.HashToUInt64(header[..32]))
                throw new InvalidDataException($"{path}: is corrupt: its header does not match its checksum.");
            return new ChangeLog(path, file, writable)
            {
                Generation = BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
                BaseHash = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
                Position = Header,
                _seed = hash,
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next record, if it is there whole.</summary>
    /// <param name="kind">What it does.</param>
    /// <param name="payload">Valid until the next call.</param>
    /// <exception cref="InvalidDataException">It is there and does not match its hashes.</exception>
    public bool TryRead(out ChangeKind kind, out ReadOnlySpan<byte> payload)
    {
        for (int look = 1; ; look++)
        {
            long left = RandomAccess.GetLength(_file) - Position;
            if (TryRead(left, out kind, out payload, out bool damaged)) return true;
            if (!damaged || IsZero(Position, left)) return false;
            if (_writable || look == Looks)
                throw new InvalidDataException($"{Path}: is corrupt: the record at byte {Position} does not match its checksum.");
            Thread.Yield();
        }
    }

    /// <summary>Cuts off what a write that was cut short has left behind the last whole record.</summary>
    public void CutTail()
    {
        if (RandomAccess.GetLength(_file) == Position) return;
        RandomAccess.SetLength(_file, Position);
        RandomAccess.FlushToDisk(_file);
    }

    /// <summary>Appends a record and returns when it is on the disk.</summary>
    /// <exception cref="IOException">It could not be written; the log is as it was.</exception>
    public void Append(ChangeKind kind, ReadOnlySpan<byte> payload)
    {
        if (_broken) throw new IOException($"{Path}: a record could not be written, nor its beginning be cut off; open the index again.");
        int length = RecordHead + payload.Length + Hash;
        if (_buffer.Length < length) _buffer = new byte[Math.Max(length, 2 * _buffer.Length)];
        Span<byte> record = _buffer.AsSpan(0, length);
        BinaryPrimitives.WriteInt64LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)kind);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], 0);
        ulong head = XxHash3.HashToUInt64(record[..16], (long)_seed);
        BinaryPrimitives.WriteUInt64LittleEndian(record[16..], head);
        payload.CopyTo(record[RecordHead..]);
        ulong hash = XxHash3.HashToUInt64(payload, (long)head);
        BinaryPrimitives.WriteUInt64LittleEndian(record[(length - Hash)..], hash);
        try
        {
            RandomAccess.Write(_file, record, Position);
            RandomAccess.FlushToDisk(_file);
        }
        catch (IOException)
        {
            // A full disk: what was written of the record must not stay. If even that fails, the next one to open the log cuts it off.
            _broken = true;
            RandomAccess.SetLength(_file, Position);
            _broken = false;
            throw;
        }
        (Position, _seed) = (Position + length, hash);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private bool TryRead(long left, out ChangeKind kind, out ReadOnlySpan<byte> payload, out bool damaged)
    {
        kind = default;
        payload = default;
        damaged = false;
        if (left < RecordHead || RandomAccess.Read(_file, _buffer.AsSpan(0, RecordHead), Position) < RecordHead) return false;
        ulong head = BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(16));
        damaged = head != XxHash3.HashToUInt64(_buffer.AsSpan(0, 16), (long)_seed);
        if (damaged) return false;
        long bytes = BinaryPrimitives.ReadInt64LittleEndian(_buffer);
        kind = (ChangeKind)BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(8));
        if (bytes < 0 || bytes > Array.MaxLength - RecordHead - Hash)
            throw new InvalidDataException($"{Path}: the record at byte {Position} has {bytes} bytes; the limit is {Array.MaxLength - RecordHead - Hash}.");
        if (left - RecordHead < bytes + Hash) return false;
        int length = (int)bytes + Hash;
        if (_buffer.Length < RecordHead + length) _buffer = new byte[Math.Max(RecordHead + length, 2L * _buffer.Length > Array.MaxLength ? 0 : 2 * _buffer.Length)];
        Span<byte> rest = _buffer.AsSpan(RecordHead, length);
        if (RandomAccess.Read(_file, rest, Position + RecordHead) < length) return false;
        payload = rest[..^Hash];
        ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(rest[^Hash..]);
        damaged = hash != XxHash3.HashToUInt64(payload, (long)head);
        // A file system that had made room for the record, but not filled it when the power went, left zeros where the hash belongs.
        if (damaged && hash == 0 && IsZero(Position + RecordHead + length, left - RecordHead - length)) return damaged = false;
        if (damaged) return false;
        (Position, _seed) = (Position + RecordHead + length, hash);
        return true;
    }

    private bool IsZero(long position, long bytes)
    {
        Span<byte> block = stackalloc byte[4096];
        while (bytes > 0)
        {
            int read = RandomAccess.Read(_file, block[..(int)Math.Min(block.Length, bytes)], position);
            if (read == 0) return true;
            if (block[..read].ContainsAnyExcept((byte)0)) return false;
            (position, bytes) = (position + read, bytes - read);
        }
        return true;
    }
}
