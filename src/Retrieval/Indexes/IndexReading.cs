using System.Numerics;
using JaccardKernels.Host;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>Reads an index as a measurement does: all of it, or some of it at random.</summary>
public static class IndexReading
{
    // Bytes of one task, a multiple of every vector.
    private const long PartBytes = 1 << 22;

    /// <summary>Reads every byte of the codes of an index's file and nothing else, so that searches find them in memory, and as the measure of how fast a
    /// search can be at best.</summary>
    /// <param name="index">The index.</param>
    /// <param name="team">Who reads.</param>
    /// <returns>Bytes read; 0 for an index in memory.</returns>
    public static unsafe long ReadCodes(StoredIndex index, ThreadTeam team)
    {
        Snapshot snapshot = index.Store.Acquire();
        try
        {
            if (snapshot.File?.Find(SectionKind.Codes) is not { } codes) return 0;
            ulong sum = 0;
            var body = new Reader { Start = snapshot.File.At(codes.Offset), Bytes = codes.Bytes, Sum = &sum };
            team.For(checked((int)((codes.Bytes + PartBytes - 1) / PartBytes)), ref body);
            return codes.Bytes;
        }
        finally
        {
            ItemStore.Release(snapshot);
        }
    }

    /// <summary>Codes of items at random, of each of which some bits are turned over: queries that have something near.</summary>
    /// <param name="index">Not empty.</param>
    /// <param name="count">How many.</param>
    /// <param name="turned">Bits to turn over, each at a place at random.</param>
    /// <param name="seed">The same seed gives the same queries of the same index.</param>
    /// <returns>[count, code] words.</returns>
    /// <exception cref="ArgumentException">The index is empty.</exception>
    public static unsafe ulong[] Queries(BinaryIndex index, int count, int turned, int seed)
    {
        ulong[] queries = new ulong[Guard.Elements("queries", count, index.QueryLength)];
        Snapshot snapshot = index.Store.Acquire();
        try
        {
            if (snapshot.Count == 0) throw new ArgumentException("the index is empty: there is nothing to search for.", nameof(index));
            ulong key = CounterRandom.Key(seed, 3);
            long draw = 0;
            for (int i = 0; i < count; i++)
            {
                // The next one that is there, from a place at random on.
                long rows = snapshot.StoredCount + snapshot.Added, row = (long)(CounterRandom.Mix(key + (ulong)draw++) % (ulong)rows);
                while (!snapshot.IsLive(row)) row = (row + 1) % rows;
                (Items items, long item) = snapshot.Locate(row);
                Span<ulong> query = queries.AsSpan(i * index.QueryLength, index.QueryLength);
                new ReadOnlySpan<ulong>(items.Column(0, item, 1), query.Length).CopyTo(query);
                for (int turn = 0; turn < turned; turn++)
                {
                    int bit = (int)(CounterRandom.Mix(key + (ulong)draw++) % (ulong)index.Bits);
                    query[bit / 64] ^= 1UL << (bit % 64);
                }
            }
            return queries;
        }
        finally
        {
            ItemStore.Release(snapshot);
        }
    }

    /// <summary>Embeddings of items at random, or what their codes stand for: queries that have something near.</summary>
    /// <param name="index">Not empty.</param>
    /// <param name="count">How many; fewer where there are fewer items.</param>
    /// <param name="seed">The same seed gives the same queries of the same index.</param>
    /// <returns>[count, D].</returns>
    /// <exception cref="ArgumentException">The index is empty.</exception>
    public static float[] Queries(TableIndex index, int count, int seed) => index.Count > 0
        ? TableSample.Of(index, count, seed)
        : throw new ArgumentException("the index is empty: there is nothing to search for.", nameof(index));

    private unsafe struct Reader : IParallelBody
    {
        public byte* Start;
        public long Bytes;
        public ulong* Sum;

        public readonly void Run(int task, int worker)
        {
            long start = task * PartBytes;
            var part = new ReadOnlySpan<ulong>(Start + start, (int)(Math.Min(PartBytes, Bytes - start) / sizeof(ulong)));
            ReadOnlySpan<Vector<ulong>> vectors = System.Runtime.InteropServices.MemoryMarshal.Cast<ulong, Vector<ulong>>(part);
            // Four sums, so that no addition waits for the one before.
            (Vector<ulong> a, Vector<ulong> b, Vector<ulong> c, Vector<ulong> d) = (default, default, default, default);
            int i = 0;
            for (; i <= vectors.Length - 4; i += 4)
            {
                a += vectors[i];
                b += vectors[i + 1];
                c += vectors[i + 2];
                d += vectors[i + 3];
            }
            // Kept, so that the reading is not left out; what it is does not matter.
            Volatile.Write(ref *Sum, Vector.Sum(a + b + c + d));
        }
    }
}
