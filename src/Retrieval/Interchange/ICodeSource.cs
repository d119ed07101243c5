namespace JaccardKernels.Retrieval;

/// <summary>
/// Binary codes <c>[N,bits]</c> read from a file front to back, a block at a time, so that a collection may be larger than memory. The codes are
/// in faiss's layout, uint8 <c>[N, bits/8]</c>, least significant bit first. Not for several threads at once.
/// </summary>
public interface ICodeSource : IDisposable
{
    /// <summary>The most codes of a file, 2^40: far above any in use, and every size computed from it stays in range.</summary>
    const long LargestCount = 1L << 40;

    /// <summary>What messages call it: the file.</summary>
    string Name { get; }

    /// <summary>Bits of a code, a multiple of 8 from 8 to <see cref="PackedCodes.LargestBits"/>.</summary>
    int Bits { get; }

    /// <summary>Codes in all, N, 0 to <see cref="LargestCount"/>.</summary>
    long Count { get; }

    /// <summary>Whether the file has ids; else a code's id is its row.</summary>
    bool HasIds { get; }

    /// <summary>Reads the next codes, as many as there is room for and are left. A block of a megabyte hides the cost of a call.</summary>
    /// <param name="ids">Receives the codes' ids, 0 to 2^63-1 each, not necessarily different: those of the file, or the rows.</param>
    /// <param name="codes">Receives the codes, uint8 <c>[rows, bits/8]</c>.</param>
    /// <returns>The codes read; 0 at the end.</returns>
    /// <exception cref="ArgumentException">There is no room for even one of the codes that are left.</exception>
    /// <exception cref="InvalidDataException">An id is negative, a row has another length, or the file became shorter; the message is one line.
    /// </exception>
    int Read(Span<long> ids, Span<byte> codes);
}
