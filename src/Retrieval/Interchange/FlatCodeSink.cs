using System.Runtime.InteropServices;
using JaccardKernels.Engine;
using Microsoft.Win32.SafeHandles;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Writes codes one after another, and ids likewise, into the same file or another. Both places are known, for the count is, so a block goes to both
/// at once and nothing is kept.
/// </summary>
internal sealed class FlatCodeSink : CodeSink
{
    private readonly AtomicFile _codes;
    private readonly AtomicFile? _ids;
    private readonly SafeFileHandle _codesHandle;
    private readonly SafeFileHandle? _idsHandle;
    private readonly long _codesAt;
    private readonly long _idsAt;

    /// <param name="name">What messages call it.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="count">Codes, and ids.</param>
    /// <param name="codes">The file, with all that is not codes or ids.</param>
    /// <param name="codesAt">Where the codes start.</param>
    /// <param name="ids">The file of the ids, or null.</param>
    /// <param name="idsAt">Where the ids start.</param>
    public FlatCodeSink(string name, int bits, long count, AtomicFile codes, long codesAt, AtomicFile? ids = null, long idsAt = 0)
        : base(name, bits, count, ids is not null)
    {
        // A stream's handle is up to date with what the stream was given when it is asked for.
        (_codes, _codesAt, _codesHandle) = (codes, codesAt, codes.Stream.SafeFileHandle);
        (_ids, _idsAt, _idsHandle) = (ids, idsAt, ids?.Stream.SafeFileHandle);
    }

    private protected override void WriteRows(long first, ReadOnlySpan<long> ids, ReadOnlySpan<byte> codes)
    {
        RandomAccess.Write(_codesHandle, codes, _codesAt + first * (Bits / 8));
        if (_idsHandle is null) return;
        // In pieces, for all ids at once could be more bytes than a span has.
        for (long at = _idsAt + first * sizeof(long); ids.Length > 0;)
        {
            ReadOnlySpan<byte> piece = MemoryMarshal.AsBytes(ids[..Math.Min(ids.Length, 1 << 24)]);
            RandomAccess.Write(_idsHandle, piece, at);
            at += piece.Length;
            ids = ids[(piece.Length / sizeof(long))..];
        }
    }

    private protected override void CommitFiles()
    {
        // Ids of their own first: codes that are there have their ids.
        if (_ids is not null && _ids != _codes) _ids.Commit();
        _codes.Commit();
    }

    private protected override void CloseFiles()
    {
        _codes.Dispose();
        _ids?.Dispose();
    }
}
