using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Codes of composite quantization by iterated conditional modes. A codeword c is nearest to what the others leave of x where x c - |c|^2 / 2, less
/// the sum of its products with the others' chosen codewords, is largest: products of codewords with each other and with vectors are matrix products,
/// and a step of a sweep is a launch that adds up rows of them. Vectors go through all steps in chunks whose products fit in scratch memory.
/// </summary>
public sealed class CompositeEncoding
{
    private const int Plainly = 1, BySide = 2;

    // Products of a chunk of vectors with all codewords.
    private const long ChunkBytes = 64L << 20;

    private readonly GpuQueue _queue;
    private readonly Gemm _gemm;
    private readonly Kernel<Operands> _norms, _plain, _lanes;
    private readonly int _width;
    private int[] _order = [];

    /// <summary>Prepares the operation; each kernel is compiled at its first run.</summary>
    /// <param name="queue">Where it runs.</param>
    /// <param name="gemm">Multiplies; what it may round factors to holds here too.</param>
    public CompositeEncoding(GpuQueue queue, Gemm gemm)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(gemm);
        (_queue, _gemm, _norms, _plain, _lanes) = (queue, gemm, new(queue, Norms), new(queue, Plain), new(queue, Lanes));
        _width = Math.Min(32, queue.GroupSize);
        Ladder = new KernelLadder<CompositeEncodingProblem>("CompositeEncoding",
        [
            new(Plainly, "plain", "a thread a vector, which goes over the codewords") { Traffic = Traffic },
            new(BySide, "lanes", "32 threads a vector: neighbours read the products of neighbouring codewords") { Traffic = Traffic },
        ])
        {
            // On PoCL a core runs the threads of a group in turn: there are no reads of neighbours to be joined, and barriers only cost.
            Rule = _ => new KernelChoice(queue.RunsOnCpu ? Plainly : BySide),
            Class = p => $"n{SizeClass.Of(p.Count)}d{SizeClass.Of(p.Dimensions)}m{p.Codebooks}w{p.Codewords}",
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder<CompositeEncodingProblem> Ladder { get; }

    /// <summary>Queues codes[N,M] of x[N,D] over codebooks[M,K,D]. Updates codes, or overwrites them where the problem is greedy.</summary>
    public void Run(in CompositeEncodingProblem problem, ArrayView<float> x, ArrayView<float> codebooks, ArrayView<byte> codes)
    {
        int all = problem.AllCodewords, chunk = (int)Math.Clamp(ChunkBytes / (sizeof(float) * (long)all), 1, problem.Count);
        int products = Guard.Elements("products of codewords", all, all);
        _queue.Scratch.Reserve(ScratchMemory.Padded(sizeof(float) * (long)products, sizeof(float) * (long)all, sizeof(float) * (long)chunk * all));
        var o = new Operands
        {
            Words = codebooks, Products = _queue.Scratch.Take<float>(products), Norms = _queue.Scratch.Take<float>(all),
            Scores = _queue.Scratch.Take<float>((long)chunk * all), Codebooks = problem.Codebooks, Codewords = problem.Codewords,
            All = all, Dimensions = problem.Dimensions, Lanes = _width,
        };
        if (_order.Length != problem.Codebooks) _order = new int[problem.Codebooks];
        bool plain = Ladder.Choose(problem).Variant == Plainly;
        _norms.LaunchThreads(all, o);
        _gemm.Run(new GemmProblem(all, all, problem.Dimensions, transposeB: true), codebooks, codebooks, default, o.Products);
        for (int first = 0; first < problem.Count; first += chunk)
        {
            o.Count = Math.Min(chunk, problem.Count - first);
            o.Codes = codes.SubView((long)first * problem.Codebooks, (long)o.Count * problem.Codebooks);
            _gemm.Run(
                new GemmProblem(o.Count, all, problem.Dimensions, transposeB: true, bias: true),
                x.SubView((long)first * problem.Dimensions, (long)o.Count * problem.Dimensions), codebooks, o.Norms, o.Scores.SubView(0, (long)o.Count * all));
            for (int m = 0; problem.Greedy && m < problem.Codebooks; m++) Step(o, plain, m, m);
            for (int sweep = 0; sweep < problem.Sweeps; sweep++)
            {
                problem.OrderOf(sweep, _order);
                foreach (int m in _order) Step(o, plain, m, problem.Codebooks);
            }
        }
    }

    /// <summary>Half the squared norm of every codeword, negative: a thread a codeword.</summary>
    [GpuKernel]
    internal static void Norms(Operands o)
    {
        int word = Threads.Index;
        if (Threads.Beyond(word, o.All)) return;
        float sum = 0f;
        for (int d = 0; d < o.Dimensions; d++)
        {
            float value = o.Words[word * o.Dimensions + d];
            sum += value * value;
        }
        o.Norms[word] = -0.5f * sum;
    }

    /// <summary>A thread a vector.</summary>
    [GpuKernel]
    internal static void Plain(Operands o)
    {
        int vector = Threads.Index;
        if (Threads.Beyond(vector, o.Count)) return;
        long best = TopKBuffer.None;
        for (int word = 0; word < o.Codewords; word++) best = IntrinsicMath.Min(best, Key(o, vector, word));
        o.Codes[vector * o.Codebooks + o.Own] = (byte)best;
    }

    /// <summary>Neighbouring threads a vector, each with every so-manieth codeword.</summary>
    [GpuKernel]
    internal static void Lanes(Operands o)
    {
        int lane = Group.IdxX % o.Lanes, vector = (Grid.IdxX * Group.DimX + Group.IdxX) / o.Lanes;
        // Threads behind the last vector choose for it too, and do not write.
        int read = IntrinsicMath.Min(vector, o.Count - 1);
        long best = TopKBuffer.None;
        for (int word = lane; word < o.Codewords; word += o.Lanes) best = IntrinsicMath.Min(best, Key(o, read, word));
        best = GroupReduce.Minimum(best, o.Lanes);
        if (lane == 0 & vector < o.Count) o.Codes[vector * o.Codebooks + o.Own] = (byte)best;
    }

    // Larger scores and then lesser codewords come first.
    private static long Key(Operands o, int vector, int word)
    {
        int column = o.Own * o.Codewords + word;
        float score = o.Scores[(long)vector * o.All + column];
        for (int other = 0; other < o.Counting; other++)
        {
            if (other != o.Own) score -= o.Products[((long)other * o.Codewords + o.Codes[vector * o.Codebooks + other]) * o.All + column];
        }
        return RankKey.Of(-score, word);
    }

    private static long Traffic(CompositeEncodingProblem p, string? tile) =>
        p.Bytes + 4L * p.AllCodewords * p.AllCodewords + 4L * p.Count * p.AllCodewords * (1 + (long)p.Codebooks * (p.Sweeps + (p.Greedy ? 1 : 0)));

    private void Step(Operands o, bool plain, int own, int counting)
    {
        (o.Own, o.Counting) = (own, counting);
        if (plain) _plain.LaunchThreads(o.Count, o);
        else _lanes.LaunchThreads((long)o.Count * _width, o);
    }

    internal struct Operands
    {
        /// <summary>[M K,D], [M K,M K], [M K] and [chunk,M K].</summary>
        public ArrayView<float> Words, Products, Norms, Scores;

        /// <summary>[chunk,M].</summary>
        public ArrayView<byte> Codes;

        /// <summary>Own is the codebook that chooses, Counting how many of the first count.</summary>
        public int Codebooks, Codewords, All, Dimensions, Count, Own, Counting, Lanes;
    }
}
