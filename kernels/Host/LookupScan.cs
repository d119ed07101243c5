namespace JaccardKernels.Host;

/// <summary>
/// Distances of items by one query's table, which stays in the first-level cache: the sums of <see cref="Problems.LookupProblem"/>, in its order.
/// </summary>
internal unsafe struct LookupScan
{
    public byte* Codes;
    public float* Terms;
    public int Codebooks, Codewords;

    /// <summary>results[i] = sign times the distance of item first + i; sign is 1 or -1.</summary>
    public readonly void Run(float* table, nint first, nint count, float sign, float* results)
    {
        nint i = 0;
        // Four at a time, so that a sum does not wait for itself.
        for (; i <= count - 4; i += 4)
        {
            byte* c0 = Codes + (first + i) * Codebooks, c1 = c0 + Codebooks, c2 = c1 + Codebooks, c3 = c2 + Codebooks;
            float s0 = Term(first + i), s1 = Term(first + i + 1), s2 = Term(first + i + 2), s3 = Term(first + i + 3);
            float* entries = table;
            for (nint m = 0; m < Codebooks; m++, entries += Codewords)
            {
                s0 += entries[c0[m]];
                s1 += entries[c1[m]];
                s2 += entries[c2[m]];
                s3 += entries[c3[m]];
            }
            (results[i], results[i + 1], results[i + 2], results[i + 3]) = (sign * s0, sign * s1, sign * s2, sign * s3);
        }
        for (; i < count; i++) results[i] = sign * One(table, first + i);
    }

    /// <summary>The distance of one item.</summary>
    public readonly float One(float* table, nint item)
    {
        byte* code = Codes + item * Codebooks;
        float sum = Term(item);
        for (nint m = 0; m < Codebooks; m++, table += Codewords) sum += table[code[m]];
        return sum;
    }

    private readonly float Term(nint item) => Terms == null ? 0f : Terms[item];
}
