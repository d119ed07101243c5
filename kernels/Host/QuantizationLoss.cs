using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>How far embeddings are from their targets, with its gradient, in one pass of blocks whose sums are added in order.</summary>
public static unsafe class QuantizationLoss
{
    private const int Block = 16384;

    /// <summary>loss[1] = 1/N sum (e - t)^2; gradient += 2 weight (e - t) / N. Overwrites loss.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(
        in QuantizationLossProblem problem, ReadOnlySpan<float> embeddings, ReadOnlySpan<float> targets, Span<float> loss, Span<float> gradient,
        ThreadTeam team)
    {
        problem.Check(embeddings.Length, targets.Length, loss.Length, gradient.Length);
        int blocks = (problem.LengthEmbeddings - 1) / Block + 1;
        double* sums = team.Scratch(0).Get<double>(blocks);
        fixed (float* e = embeddings, t = targets, g = gradient)
        {
            var differences = new Differences { Embeddings = e, Targets = t };
            var body = new Blocks
            {
                Terms = differences, Gradient = new Gradient { Differences = differences, Values = g, Scale = problem.Scale },
                Sums = sums, Length = problem.LengthEmbeddings,
            };
            team.For(blocks, ref body);
        }
        double sum = 0;
        for (int i = 0; i < blocks; i++) sum += sums[i];
        loss[0] = (float)(sum / problem.Count);
    }

    private struct Blocks : IParallelBody
    {
        public Differences Terms;
        public Gradient Gradient;
        public double* Sums;
        public int Length;

        public readonly void Run(int task, int worker)
        {
            nint start = (nint)task * Block, count = Math.Min(Block, Length - start);
            Elementwise.Range(start, start + count, Gradient);
            Sums[task] = Summation.Sum(count, new Differences
            {
                Embeddings = Terms.Embeddings + start, Targets = Terms.Targets == null ? null : Terms.Targets + start,
            });
        }
    }

    // Squares of the differences as terms of a sum.
    private struct Differences : ITerms
    {
        public float* Embeddings, Targets;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TLanes At<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes difference = Of<TLanes>(i);
            return difference * difference;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TLanes Of<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes e = TLanes.Load(Embeddings + i);
            if (Targets != null) return e - TLanes.Load(Targets + i);
            return e - TLanes.Select(e < TLanes.Zero, TLanes.All(-1f), TLanes.All(1f));
        }
    }

    private struct Gradient : IElementwise
    {
        public Differences Differences;
        public float* Values;
        public float Scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> =>
            TLanes.MultiplyAdd(Differences.Of<TLanes>(i), TLanes.All(Scale), TLanes.Load(Values + i)).Store(Values + i);
    }
}
