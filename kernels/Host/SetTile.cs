using System.Numerics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Similarities of one bit set with some others: the intersection by AND and population count.</summary>
internal readonly unsafe struct SetTile(in SimilarityProblem problem)
{
    /// <summary>Columns of a tile: its intersections and sizes stay in the first-level cache.</summary>
    public const int Columns = 512;

    private readonly int _words = problem.Words;
    private readonly SimilarityKind _kind = problem.Kind;
    private readonly float _empty = problem.EmptyValue;

    /// <summary>Sizes of sets.</summary>
    public void Sizes(ulong* sets, int count, float* sizes)
    {
        for (int j = 0; j < count; j++) sizes[j] = Size(sets + (nint)j * _words);
    }

    /// <summary>similarity[columns] of a set with others whose sizes are known; at most <see cref="Columns"/>.</summary>
    public void Row(ulong* a, ulong* b, float* sizes, int columns, float* similarity)
    {
        switch (_kind)
        {
            case SimilarityKind.SharedCount:
                Intersect(a, b, columns, similarity);
                break;
            case SimilarityKind.SharedLabel:
                Intersect(a, b, columns, similarity);
                for (int j = 0; j < columns; j++) similarity[j] = Math.Min(similarity[j], 1f);
                break;
            default:
                float* shared = stackalloc float[Columns];
                Intersect(a, b, columns, shared);
                JaccardRatio.Write(shared, Size(a), sizes, columns, _empty, similarity);
                break;
        }
    }

    private int Size(ulong* set)
    {
        int count = 0;
        for (int w = 0; w < _words; w++) count += BitOperations.PopCount(set[w]);
        return count;
    }

    private void Intersect(ulong* a, ulong* b, int columns, float* shared)
    {
        // One and two words (up to 128 classes) are every label set in use: their words stay in registers.
        if (_words == 1)
        {
            ulong a0 = a[0];
            for (nint j = 0; j < columns; j++) shared[j] = BitOperations.PopCount(a0 & b[j]);
            return;
        }
        if (_words == 2)
        {
            (ulong a0, ulong a1) = (a[0], a[1]);
            for (nint j = 0; j < columns; j++) shared[j] = BitOperations.PopCount(a0 & b[2 * j]) + BitOperations.PopCount(a1 & b[2 * j + 1]);
            return;
        }
        for (int j = 0; j < columns; j++)
        {
            int count = 0;
            for (int w = 0; w < _words; w++) count += BitOperations.PopCount(a[w] & b[w]);
            shared[j] = count;
            b += _words;
        }
    }
}
