using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The kernels of the similarity searches.</summary>
internal static class SearchKernels
{
    [GpuKernel]
    public static void ByteMultisets(SearchOperands o) => SimilaritySelection.Run<ByteMultisets, uint>(o);

    [GpuKernel]
    public static void ByteProducts(SearchOperands o) => SimilaritySelection.Run<ByteProducts, uint>(o);

    [GpuKernel]
    public static void Multisets(SearchOperands o) => SimilaritySelection.Run<Multisets, int>(o);

    [GpuKernel]
    public static void Products(SearchOperands o) => SimilaritySelection.Run<Products, long>(o);

    [GpuKernel]
    public static void BitSets(SearchOperands o) => SimilaritySelection.Run<BitSets, uint>(o);

    /// <summary>
    /// The specification of the rest: a thread a row of a, which compares it with every row of b and keeps its list in the output, in order, by
    /// insertion. K is as large as one likes, and the device as idle as it has more threads than there are rows.
    /// </summary>
    [GpuKernel]
    public static void Plain(SearchOperands o)
    {
        int row = Threads.Index;
        if (Threads.Beyond(row, o.EndRow)) return;
        long list = (long)row * o.K;
        int found = 0, reached = 0;
        for (int column = 0; column < o.N; column++)
        {
            float similarity = Similarity(o, row, column);
            if (similarity < o.Least) continue;
            reached++;
            // Rows come in rising order, so an equal one stays ahead.
            if (found == o.K && similarity <= o.Similarities[list + o.K - 1]) continue;
            int place = IntrinsicMath.Min(found, o.K - 1);
            while (place > 0 && o.Similarities[list + place - 1] < similarity)
            {
                o.Similarities[list + place] = o.Similarities[list + place - 1];
                o.Rows[list + place] = o.Rows[list + place - 1];
                place--;
            }
            o.Similarities[list + place] = similarity;
            o.Rows[list + place] = column;
            found = IntrinsicMath.Min(found + 1, o.K);
        }
        for (int place = found; place < o.K; place++)
        {
            o.Similarities[list + place] = 0f;
            o.Rows[list + place] = -1;
        }
        o.Counts[row] = reached;
    }

    private static float Similarity(SearchOperands o, int row, int column)
    {
        bool cosine = o.Kind == (int)SimilarityKind.Cosine, counts = cosine || o.Kind == (int)SimilarityKind.MultisetJaccard;
        long shared = 0, ownA = 0, ownB = 0;
        for (int word = 0; word < o.Words; word++)
        {
            uint a = o.A[row * o.RowStrideA + word * o.WordStrideA], b = o.B[column * o.RowStrideB + word * o.WordStrideB];
            if (cosine)
            {
                shared += (long)a * b;
                ownA += (long)a * a;
                ownB += (long)b * b;
            }
            else
            {
                shared += counts ? IntrinsicMath.Min(a, b) : (uint)IntrinsicMath.PopCount(a & b);
                ownA += counts ? a : (uint)IntrinsicMath.PopCount(a);
                ownB += counts ? b : (uint)IntrinsicMath.PopCount(b);
            }
        }
        return SimilarityValue.Nearest(cosine, o.Kind, shared, ownA, ownB, o.EmptyValue);
    }
}
