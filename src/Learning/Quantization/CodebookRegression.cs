using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// The codebooks whose sums are nearest to vectors whose codes are given: with B <c>[N, M 256]</c> the ones and zeros of the codes,
/// <c>C = (B'B + ridge I)^-1 B'X</c>, in double precision. Without the ridge there is no one solution, since a vector can move from all codewords of
/// one codebook to all of another.
/// </summary>
internal static class CodebookRegression
{
    private const int Codewords = AdditiveCodebooks.Codewords;

    /// <summary>Codebooks <c>[M,256,D]</c>; codewords that no code has keep the value they had.</summary>
    public static float[] Solve(ReadOnlySpan<float> vectors, ReadOnlySpan<byte> codes, AdditiveCodebooks before, double ridge)
    {
        int dimensions = before.Dimensions, codebooks = before.Count, count = vectors.Length / dimensions;
        int[] place = Places(codes, codebooks, out int used);
        var normal = new double[Problems.Guard.Elements("normal equations", used, used)];
        var right = new double[used * dimensions];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> code = codes.Slice(i * codebooks, codebooks);
            ReadOnlySpan<float> vector = vectors.Slice(i * dimensions, dimensions);
            for (int m = 0; m < codebooks; m++)
            {
                int row = place[m * Codewords + code[m]];
                for (int d = 0; d < dimensions; d++) right[row * dimensions + d] += vector[d];
                // The lower triangle: places rise with the codebooks.
                for (int other = 0; other <= m; other++) normal[row * used + place[other * Codewords + code[other]]]++;
            }
        }
        for (int i = 0; i < used; i++) normal[i * used + i] += ridge;
        CholeskySolver.Solve(normal, used, right, dimensions);
        float[] words = [.. before.Values];
        for (int word = 0; word < place.Length; word++)
        {
            for (int d = 0; place[word] >= 0 && d < dimensions; d++) words[word * dimensions + d] = (float)right[place[word] * dimensions + d];
        }
        return words;
    }

    // The unknowns: codewords that are used, in order; -1 for the others.
    private static int[] Places(ReadOnlySpan<byte> codes, int codebooks, out int used)
    {
        var place = new int[codebooks * Codewords];
        Array.Fill(place, -1);
        for (int i = 0; i < codes.Length; i++) place[i % codebooks * Codewords + codes[i]] = 0;
        used = 0;
        for (int word = 0; word < place.Length; word++)
        {
            if (place[word] >= 0) place[word] = used++;
        }
        return place;
    }
}
