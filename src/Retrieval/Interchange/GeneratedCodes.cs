using System.Runtime.InteropServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Codes made up as they are read, the same for the same numbers wherever they are made: to build indexes of any size without a file of that size. Either every
/// bit is drawn alone, or codes lie in clusters: a centre, of whose bits each is turned over with a probability of 1/16.
/// </summary>
public sealed class GeneratedCodes : ICodeSource
{
    /// <summary>Codes of a cluster, on the average.</summary>
    public const int ClusterCodes = 1000;

    private readonly ulong _key, _centres;
    private readonly long _clusters;
    private readonly int _words;
    private long _next;

    /// <summary>Describes codes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="bits">Bits of a code, a multiple of 64.</param>
    /// <param name="clustered">In clusters of about <see cref="ClusterCodes"/>.</param>
    /// <param name="seed">Other seeds give other codes, of the same clusters: those of queries, for example.</param>
    /// <param name="population">Codes whose clusters these are among; 0 means <paramref name="count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public GeneratedCodes(long count, int bits, bool clustered, int seed = 1, long population = 0)
    {
        if (count is < 0 or > ICodeSource.LargestCount)
            throw new ArgumentOutOfRangeException(nameof(count), $"count is {count}; the range is 0 to {ICodeSource.LargestCount}.");
        if (bits is < 64 or > PackedCodes.LargestBits || bits % 64 != 0)
            throw new ArgumentOutOfRangeException(nameof(bits), $"bits is {bits}; multiples of 64 up to {PackedCodes.LargestBits} are generated.");
        (Count, Bits, _words) = (count, bits, bits / 64);
        (_key, _centres) = (CounterRandom.Key(seed, 1), CounterRandom.Key(0, 2));
        if (clustered) _clusters = Math.Max(1, (population > 0 ? population : count) / ClusterCodes);
    }

    /// <inheritdoc/>
    public string Name => $"{(_clusters > 0 ? "clustered" : "random")}:{Count}";

    /// <inheritdoc/>
    public int Bits { get; }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public bool HasIds => false;

    /// <inheritdoc/>
    public int Read(Span<long> ids, Span<byte> codes)
    {
        int rows = (int)Math.Min(Math.Min(ids.Length, codes.Length / (Bits / 8)), Count - _next);
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(codes[..(rows * (Bits / 8))]);
        for (int i = 0; i < rows; i++)
        {
            Fill(_next, words.Slice(i * _words, _words));
            ids[i] = _next++;
        }
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Fill(long row, Span<ulong> code)
    {
        for (int word = 0; word < code.Length; word++)
        {
            ulong draw = CounterRandom.Mix(_key + (ulong)(row * _words + word));
            if (_clusters == 0)
            {
                code[word] = draw;
                continue;
            }
            // A bit that is set in four words is set with a probability of 1/16.
            ulong turned = draw & CounterRandom.Mix(draw ^ 1) & CounterRandom.Mix(draw ^ 2) & CounterRandom.Mix(draw ^ 3);
            long cluster = (long)(CounterRandom.Mix(_key ^ (ulong)row) % (ulong)_clusters);
            code[word] = CounterRandom.Mix(_centres + (ulong)(cluster * _words + word)) ^ turned;
        }
    }
}
