using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Iterated conditional modes by inner products: a codeword c is nearest to what the others leave of x where x c - |c|^2 / 2, less the sum of its
/// products with the others' chosen codewords, is largest. Products of all codewords with each other are made once, those with the vectors, half
/// norms taken off, for a chunk of vectors at a time, both by the matrix product; what is left of a step is adding rows of K numbers. A vector goes
/// through all sweeps at once: its M rows of products stay in the second-level cache.
/// </summary>
public static unsafe class CompositeEncoding
{
    // Products of so many vectors with 2048 codewords are 8 MB, which the last cache holds.
    private const int ChunkVectors = 1024;

    // Vectors of a task.
    private const int TaskVectors = 16;

    /// <summary>codes[N,M] of x[N,D] over codebooks[M,K,D]. Updates codes, or overwrites them where the problem is greedy.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in CompositeEncodingProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> codebooks, Span<byte> codes, ThreadTeam team)
    {
        problem.Check(x.Length, codebooks.Length, codes.Length);
        int all = problem.AllCodewords, chunk = Math.Min(ChunkVectors, problem.Count), steps = problem.Codebooks * problem.Sweeps;
        // Codewords with codewords, half norms, vectors with codewords, and the order of the codebooks in all sweeps. No step of the product asks for it.
        float* memory = team.Scratch(0).Get<float>((long)all * all + all + (long)chunk * all + steps);
        fixed (float* px = x, pc = codebooks)
        fixed (byte* pb = codes)
        {
            var body = new Body
            {
                Products = memory, Scores = memory + (nint)all * all + all, Order = (int*)(memory + (nint)all * all + all + (nint)chunk * all),
                Codes = pb, Codebooks = problem.Codebooks, Codewords = problem.Codewords, Steps = steps, Greedy = problem.Greedy,
            };
            float* norms = memory + (nint)all * all;
            var words = new MatrixLines(pc, problem.Dimensions, alongK: true);
            GemmCore.Run(all, all, problem.Dimensions, words, words, new BiasView(null, perRow: false), false, new ResultView(memory, all, all, 0), team);
            for (nint i = 0; i < all; i++) norms[i] = -0.5f * memory[i * all + i];
            for (int sweep = 0; sweep < problem.Sweeps; sweep++)
                problem.OrderOf(sweep, new Span<int>(body.Order + sweep * problem.Codebooks, problem.Codebooks));
            for (nint first = 0; first < problem.Count; first += chunk)
            {
                int count = (int)Math.Min(chunk, problem.Count - first);
                GemmCore.Run(
                    count, all, problem.Dimensions, new MatrixLines(px + first * problem.Dimensions, problem.Dimensions, alongK: true), words,
                    new BiasView(norms, perRow: false), false, new ResultView(body.Scores, all, all, 0), team);
                body.Codes = pb + first * problem.Codebooks;
                body.Count = count;
                team.For((count - 1) / TaskVectors + 1, ref body);
            }
        }
    }

    private struct Body : IParallelBody
    {
        public float* Products, Scores;
        public int* Order;
        public byte* Codes;
        public int Codebooks, Codewords, Steps, Count;
        public bool Greedy;

        public readonly void Run(int task, int worker)
        {
            float** rows = stackalloc float*[CompositeEncodingProblem.MaxCodebooks];
            int end = Math.Min((task + 1) * TaskVectors, Count);
            for (nint n = task * TaskVectors; n < end; n++)
            {
                float* scores = Scores + n * Codebooks * Codewords;
                byte* code = Codes + n * Codebooks;
                if (Greedy)
                {
                    for (int m = 0; m < Codebooks; m++) Step(scores, code, m, m, rows);
                }
                for (int step = 0; step < Steps; step++) Step(scores, code, Order[step], Codebooks, rows);
            }
        }

        // Lets codebook m choose, where the first so many count.
        private readonly void Step(float* scores, byte* code, int m, int counting, float** rows)
        {
            nint own = (nint)m * Codewords, all = (nint)Codebooks * Codewords;
            int others = 0;
            for (int other = 0; other < counting; other++)
            {
                if (other != m) rows[others++] = Products + ((nint)other * Codewords + code[other]) * all + own;
            }
            code[m] = (byte)BestCodeword.Of(scores + own, rows, others, Codewords);
        }
    }
}
