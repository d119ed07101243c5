using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>What the kernels of look-up tables share.</summary>
internal struct LookupOperands
{
    /// <summary>[Q,M,W], and [N] where there are terms.</summary>
    public ArrayView<float> Tables, Terms;

    /// <summary>[N,M].</summary>
    public ArrayView<byte> Codes;

    /// <summary>[Q,K,Segments]: the sorted keys of each segment, rank by rank.</summary>
    public ArrayView<long> Keys;

    /// <summary>[Q,N], or [Q,K] with the rows.</summary>
    public ArrayView<float> Distances;

    public ArrayView<int> Rows;

    /// <summary>HasTerms is 1 or 0, Staged how many codebooks of a table lie in shared memory, Shift the capacity of a list as in TopKBuffer.</summary>
    public int QueryCount, Count, Codebooks, Codewords, HasTerms, Staged, K, Segments, SegmentItems, Shift;

    /// <summary>The operands of a problem, to be completed by what a kernel writes.</summary>
    public static LookupOperands Of(in LookupProblem problem, ArrayView<float> tables, ArrayView<byte> codes, ArrayView<float> terms) => new()
    {
        Tables = tables, Codes = codes, Terms = problem.Terms ? terms : tables, HasTerms = problem.Terms ? 1 : 0, QueryCount = problem.Queries,
        Count = problem.Count, Codebooks = problem.Codebooks, Codewords = problem.Codewords, K = problem.K,
    };

    /// <summary>The distance of a pair, from the table in memory.</summary>
    public readonly float DistanceOf(int query, int item) => SumFrom(query, item, 0, HasTerms != 0 ? Terms[item] : 0f);

    /// <summary>A sum, and the entries of the codebooks from one on.</summary>
    public readonly float SumFrom(int query, int item, int first, float sum)
    {
        long table = (long)query * Codebooks * Codewords, code = (long)item * Codebooks;
        for (int m = first; m < Codebooks; m++) sum += Tables[table + m * Codewords + Codes[code + m]];
        return sum;
    }
}
