using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Cross entropy of cosines with fixed binary targets (OrthoHash: Hoe et al., NeurIPS 2021). One matrix product gives the scalar products of rows and
/// targets; a row becomes its logits and then, in the same place, what its targets weigh in its gradient, which a second product adds up.
/// </summary>
public static unsafe class CosineCrossEntropy
{
    /// <summary>Overwrites gradient[N,D] and loss[1]. Targets are -1 or 1, labels at least 0; a row without labels adds nothing.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(
        in CosineCrossEntropyProblem problem, ReadOnlySpan<float> embeddings, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels,
        Span<float> gradient, Span<float> loss, ThreadTeam team)
    {
        problem.Check(embeddings.Length, targets.Length, labels.Length, gradient.Length, loss.Length);
        (int batch, int dimensions, int classes) = (problem.Batch, problem.Dimensions, problem.Classes);
        // No task asks for scratch memory, and products have memory of their own, so worker 0's serves all.
        double* losses = team.Scratch(0).Get<double>(batch + (problem.LengthLabels + 2L * team.Threads * classes + 1) / 2);
        float* products = (float*)(losses + batch);
        var matrix = new Span<float>(products, problem.LengthLabels);
        Gemm.Run(new GemmProblem(batch, classes, dimensions, transposeB: true), embeddings, targets, [], matrix, team);
        fixed (float* e = embeddings, g = gradient)
        fixed (int* y = labels)
        {
            var rows = new Rows
            {
                Problem = problem, Embeddings = e, Gradient = g, Labels = y, Products = products, Losses = losses,
                Memory = products + problem.LengthLabels,
            };
            team.For(batch, ref rows);
        }
        Gemm.Run(new GemmProblem(batch, dimensions, classes, accumulate: true), matrix, targets, [], gradient, team);
        double sum = 0;
        for (int n = 0; n < batch; n++) sum += losses[n];
        loss[0] = (float)(sum / batch);
    }

    private struct Rows : IParallelBody
    {
        public CosineCrossEntropyProblem Problem;
        public float* Embeddings, Gradient, Products, Memory;
        public int* Labels;
        public double* Losses;

        public readonly void Run(int task, int worker)
        {
            int classes = Problem.Classes, dimensions = Problem.Dimensions;
            float* e = Embeddings + (nint)task * dimensions, gradient = Gradient + (nint)task * dimensions;
            float* products = Products + (nint)task * classes;
            float* shares = Memory + (nint)worker * 2 * classes, logits = shares + classes;
            if (!Share(Labels + (nint)task * classes, shares))
            {
                new Span<float>(products, classes).Clear();
                new Span<float>(gradient, dimensions).Clear();
                Losses[task] = 0;
                return;
            }
            double squares = Summation.Sum(dimensions, new ScalarProduct { A = e, B = e }) + CosineCrossEntropyProblem.Epsilon;
            float perProduct = (float)(1 / Math.Sqrt(squares * dimensions));
            Elementwise.Range(0, classes, new Logits
            {
                Products = products, Shares = shares, Values = logits, PerProduct = perProduct * Problem.Scale,
                Margin = Problem.Margin * Problem.Scale,
            });
            float largest = logits[0];
            for (int c = 1; c < classes; c++) largest = Math.Max(largest, logits[c]);
            double own = Summation.Sum(classes, new ScalarProduct { A = logits, B = shares });
            Elementwise.Range(0, classes, new Powers { Values = logits, Largest = largest });
            double sum = Summation.Sum(classes, new StoredTerms { X = logits });
            Losses[task] = largest - own + Math.Log(sum);
            Elementwise.Range(0, classes, new Derivatives { Powers = logits, Shares = shares, PerPower = (float)(1 / sum) });
            // What the logits' derivatives say of the length of the row, and of the targets.
            double along = Summation.Sum(classes, new ScalarProduct { A = logits, B = products }) * perProduct;
            float byLogit = Problem.Scale / Problem.Batch;
            Elementwise.Range(0, dimensions, new Scaled { X = e, Y = gradient, Factor = (float)(-along * byLogit / squares) });
            Elementwise.Range(0, classes, new Scaled { X = logits, Y = products, Factor = byLogit * perProduct });
        }

        // Whether the row has labels.
        private readonly bool Share(int* labels, float* shares)
        {
            long all = 0;
            for (int c = 0; c < Problem.Classes; c++) all += labels[c];
            if (all == 0) return false;
            for (int c = 0; c < Problem.Classes; c++) shares[c] = (float)labels[c] / all;
            return true;
        }
    }

    private struct ScalarProduct : ITerms
    {
        public float* A, B;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TLanes At<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => TLanes.Load(A + i) * TLanes.Load(B + i);
    }

    private struct Logits : IElementwise
    {
        public float* Products, Shares, Values;
        public float PerProduct, Margin;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes zero = TLanes.Zero, margin = TLanes.Select(TLanes.Load(Shares + i) > zero, TLanes.All(Margin), zero);
            (TLanes.Load(Products + i) * TLanes.All(PerProduct) - margin).Store(Values + i);
        }
    }

    private struct Powers : IElementwise
    {
        public float* Values;
        public float Largest;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => TLanes.Exp(TLanes.Load(Values + i) - TLanes.All(Largest)).Store(Values + i);
    }

    private struct Derivatives : IElementwise
    {
        public float* Powers, Shares;
        public float PerPower;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> =>
            TLanes.MultiplyAdd(TLanes.Load(Powers + i), TLanes.All(PerPower), TLanes.Zero - TLanes.Load(Shares + i)).Store(Powers + i);
    }

    private struct Scaled : IElementwise
    {
        public float* X, Y;
        public float Factor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => (TLanes.Load(X + i) * TLanes.All(Factor)).Store(Y + i);
    }
}
