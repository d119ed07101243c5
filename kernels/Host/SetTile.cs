using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Similarities of one bit set with some others: the intersection by AND and population count, 16 others to a vector. For that the others are turned:
/// 32 classes a word, the same word of all of them side by side.
/// </summary>
internal readonly unsafe struct SetTile(in SimilarityProblem problem)
{
    /// <summary>Columns of a tile, whole vectors; for 128 classes its words, intersections and sizes stay in the first-level cache.</summary>
    public const int Columns = 512;

    private readonly int _words = problem.Words, _halves = (problem.Classes + 31) / 32;
    private readonly SimilarityKind _kind = problem.Kind;
    private readonly float _empty = problem.EmptyValue;

    /// <summary>Words that the turned sets take.</summary>
    public int TurnedLength => _halves * Columns;

    /// <summary>Turns sets, which <paramref name="turned"/> has room for, and counts their sizes.</summary>
    public void Turn(ulong* sets, int count, uint* turned, float* sizes)
    {
        for (int j = 0; j < count; j++, sets += _words)
        {
            sizes[j] = Size(sets);
            for (int h = 0; h < _halves; h++) turned[h * Columns + j] = ((uint*)sets)[h];
        }
    }

    /// <summary>similarity[columns] of a set with those that were turned.</summary>
    public void Row(ulong* a, uint* turned, float* sizes, int columns, float* similarity)
    {
        if (Avx512BW.IsSupported && _kind == SimilarityKind.SetJaccard && _halves <= BitCounts.VectorsPerSum)
        {
            JaccardRow((uint*)a, Size(a), turned, sizes, columns, similarity);
            return;
        }
        float* shared = stackalloc float[Columns];
        Intersect((uint*)a, turned, columns, shared);
        switch (_kind)
        {
            case SimilarityKind.SharedCount:
                LineCopy.Copy(shared, similarity, columns);
                break;
            case SimilarityKind.SharedLabel:
                for (int j = 0; j < columns; j++) similarity[j] = Math.Min(shared[j], 1f);
                break;
            default:
                JaccardRatio.Write(shared, Size(a), sizes, columns, _empty, similarity);
                break;
        }
    }

    // Intersection and ratio at once, 32 sets at a time: so few classes are counted exactly in floats.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void JaccardRow(uint* a, float own, uint* turned, float* sizes, int columns, float* similarity)
    {
        Vector512<byte> table = BitCounts.Table512;
        Vector512<float> owns = Vector512.Create(own), empty = Vector512.Create(_empty);
        float* rest = stackalloc float[32];
        for (int j = 0; j < columns; j += 32)
        {
            Vector512<byte> first = Vector512<byte>.Zero, second = first;
            uint* others = turned + j;
            for (int h = 0; h < _halves; h++, others += Columns)
            {
                Vector512<uint> set = Vector512.Create(a[h]);
                first += BitCounts.Of((Vector512.Load(others) & set).AsByte(), table);
                second += BitCounts.Of((Vector512.Load(others + 16) & set).AsByte(), table);
            }
            Vector512<float> shared = Vector512.ConvertToSingle(BitCounts.SumWords(first)), union = owns + Vector512.Load(sizes + j) - shared;
            Vector512<float> values = Vector512.ConditionalSelect(Vector512.GreaterThan(union, Vector512<float>.Zero), shared / union, empty);
            shared = Vector512.ConvertToSingle(BitCounts.SumWords(second));
            union = owns + Vector512.Load(sizes + j + 16) - shared;
            Vector512<float> nextValues = Vector512.ConditionalSelect(Vector512.GreaterThan(union, Vector512<float>.Zero), shared / union, empty);
            if (j + 32 <= columns)
            {
                values.Store(similarity + j);
                nextValues.Store(similarity + j + 16);
                continue;
            }
            values.Store(rest);
            nextValues.Store(rest + 16);
            LineCopy.Copy(rest, similarity + j, columns - j);
        }
    }

    private int Size(ulong* set)
    {
        int count = 0;
        for (int w = 0; w < _words; w++) count += BitOperations.PopCount(set[w]);
        return count;
    }

    // Up to the next whole vector: what lies beyond the columns is not read.
    private void Intersect(uint* a, uint* turned, int columns, float* shared)
    {
        if (Avx512BW.IsSupported)
        {
            for (int j = 0; j < columns; j += 16) Vector512.ConvertToSingle(Intersect16(a, turned + j)).Store(shared + j);
        }
        else if (Avx2.IsSupported)
        {
            for (int j = 0; j < columns; j += 8) Vector256.ConvertToSingle(Intersect8(a, turned + j)).Store(shared + j);
        }
        else
        {
            for (int j = 0; j < columns; j++)
            {
                int count = 0;
                for (int h = 0; h < _halves; h++) count += BitOperations.PopCount(a[h] & turned[h * Columns + j]);
                shared[j] = count;
            }
        }
    }

    private Vector512<int> Intersect16(uint* a, uint* turned)
    {
        Vector512<byte> table = BitCounts.Table512;
        Vector512<int> total = Vector512<int>.Zero;
        for (int h = 0; h < _halves;)
        {
            Vector512<byte> bytes = Vector512<byte>.Zero;
            for (int end = Math.Min(_halves, h + BitCounts.VectorsPerSum); h < end; h++)
                bytes += BitCounts.Of((Vector512.Load(turned + h * Columns) & Vector512.Create(a[h])).AsByte(), table);
            total += BitCounts.SumWords(bytes);
        }
        return total;
    }

    private Vector256<int> Intersect8(uint* a, uint* turned)
    {
        Vector256<byte> table = BitCounts.Table256;
        Vector256<int> total = Vector256<int>.Zero;
        for (int h = 0; h < _halves;)
        {
            Vector256<byte> bytes = Vector256<byte>.Zero;
            for (int end = Math.Min(_halves, h + BitCounts.VectorsPerSum); h < end; h++)
                bytes += BitCounts.Of((Vector256.Load(turned + h * Columns) & Vector256.Create(a[h])).AsByte(), table);
            total += BitCounts.SumWords(bytes);
        }
        return total;
    }
}
