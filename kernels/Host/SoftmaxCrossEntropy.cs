using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Softmax and cross entropy in one pass, in double: the rows are short, and a loss of many small terms is what training watches.</summary>
public static unsafe class SoftmaxCrossEntropy
{
    // Elements that one task covers at least; an exponential takes some nanoseconds.
    private const int ElementsOfTask = 2048;

    /// <summary>
    /// loss[1] = mean cross entropy, gradient[N,C] = (softmax - onehot) / N. Overwrites both. A label outside 0..C-1 is no class: its term of the
    /// loss is 0.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(
        in SoftmaxCrossEntropyProblem problem, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels,
        Span<float> loss, Span<float> gradient, ThreadTeam team)
    {
        problem.Check(logits.Length, labels.Length, loss.Length, gradient.Length);
        int rows = Math.Max(1, ElementsOfTask / problem.Classes);
        // No task asks for scratch memory, so worker 0's serves all.
        double* losses = team.Scratch(0).Get<double>(problem.Batch);
        fixed (float* x = logits, g = gradient)
        fixed (int* l = labels)
        {
            var body = new Rows
            {
                X = x, Gradient = g, Labels = l, Losses = losses, Batch = problem.Batch, Classes = problem.Classes, RowsOfTask = rows,
            };
            team.For((int)(((long)problem.Batch + rows - 1) / rows), ref body);
        }
        double sum = 0;
        for (int row = 0; row < problem.Batch; row++) sum += losses[row];
        loss[0] = (float)(sum / problem.Batch);
    }

    private struct Rows : IParallelBody
    {
        public float* X, Gradient;
        public int* Labels;
        public double* Losses;
        public int Batch, Classes, RowsOfTask;

        public readonly void Run(int task, int worker)
        {
            int start = task * RowsOfTask, end = (int)Math.Min((long)start + RowsOfTask, Batch);
            for (int row = start; row < end; row++) Losses[row] = Row(X + (nint)row * Classes, Labels[row], Gradient + (nint)row * Classes);
        }

        private readonly double Row(float* x, int label, float* gradient)
        {
            double maximum = x[0], own = 0, others = 0;
            for (int c = 1; c < Classes; c++) maximum = Math.Max(maximum, x[c]);
            for (int c = 0; c < Classes; c++)
            {
                double power = Math.Exp(x[c] - maximum);
                if (c == label) own = power;
                else others += power;
                gradient[c] = (float)power;
            }
            double sum = own + others, scale = 1 / (sum * Batch);
            for (int c = 0; c < Classes; c++) gradient[c] = (float)(gradient[c] * scale);
            if ((uint)label >= (uint)Classes) return 0;
            // softmax - 1 as the sum of the others: a confident row would lose its gradient to the rounding of 1 - tiny.
            gradient[label] = (float)(-others * scale);
            return maximum - x[label] + Math.Log(sum);
        }
    }
}
