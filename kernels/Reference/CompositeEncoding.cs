using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Codes of composite quantization by iterated conditional modes, by distances to what is left.</summary>
public static class CompositeEncoding
{
    /// <summary>
    /// Updates codes, or overwrites them where the problem is greedy: for each codebook of a sweep's order, the codeword nearest to the vector
    /// less the chosen codewords of the other codebooks, of equals the first. In the greedy pass before the sweeps, codebooks come in rising order
    /// and only those before count.
    /// </summary>
    public static void Run(in CompositeEncodingProblem problem, ReadOnlySpan<double> x, ReadOnlySpan<double> codebooks, Span<byte> codes)
    {
        problem.Check(x.Length, codebooks.Length, codes.Length);
        var order = new int[problem.Codebooks];
        for (int n = 0; n < problem.Count; n++)
        {
            ReadOnlySpan<double> vector = x.Slice(n * problem.Dimensions, problem.Dimensions);
            Span<byte> code = codes.Slice(n * problem.Codebooks, problem.Codebooks);
            if (problem.Greedy)
            {
                for (int m = 0; m < problem.Codebooks; m++) code[m] = Nearest(problem, vector, codebooks, code[..m], m);
            }
            for (int sweep = 0; sweep < problem.Sweeps; sweep++)
            {
                problem.OrderOf(sweep, order);
                foreach (int m in order) code[m] = Nearest(problem, vector, codebooks, code, m);
            }
        }
    }

    /// <summary>The squared distance of a vector from the sum of its codewords.</summary>
    public static double Error(in CompositeEncodingProblem problem, ReadOnlySpan<double> vector, ReadOnlySpan<double> codebooks, ReadOnlySpan<byte> code)
    {
        double[] rest = Rest(problem, vector, codebooks, code, except: -1);
        return rest.Sum(value => value * value);
    }

    private static byte Nearest(
        in CompositeEncodingProblem problem, ReadOnlySpan<double> vector, ReadOnlySpan<double> codebooks, ReadOnlySpan<byte> chosen, int m)
    {
        double[] rest = Rest(problem, vector, codebooks, chosen, except: m);
        int best = 0;
        double least = double.PositiveInfinity;
        for (int k = 0; k < problem.Codewords; k++)
        {
            double distance = SquaredDistance.Between(rest, Codeword(problem, codebooks, m, k));
            if (distance < least) (best, least) = (k, distance);
        }
        return (byte)best;
    }

    private static double[] Rest(
        in CompositeEncodingProblem problem, ReadOnlySpan<double> vector, ReadOnlySpan<double> codebooks, ReadOnlySpan<byte> chosen, int except)
    {
        double[] rest = vector.ToArray();
        for (int m = 0; m < chosen.Length; m++)
        {
            if (m == except) continue;
            ReadOnlySpan<double> codeword = Codeword(problem, codebooks, m, chosen[m]);
            for (int d = 0; d < rest.Length; d++) rest[d] -= codeword[d];
        }
        return rest;
    }

    private static ReadOnlySpan<double> Codeword(in CompositeEncodingProblem problem, ReadOnlySpan<double> codebooks, int m, int k) =>
        codebooks.Slice((m * problem.Codewords + k) * problem.Dimensions, problem.Dimensions);
}
