using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Global average pooling.</summary>
public static unsafe class GlobalPooling
{
    // Elements of x that one task covers at least: planes of a late layer are small.
    private const int ElementsOfTask = 8192;

    /// <summary>y[N,C] = the mean of x[N,C,S] over S. Overwrites y.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(in GlobalPoolingProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y) Run(problem, px, py, backward: false, team);
    }

    /// <summary>dx[N,C,S] = dy[N,C] / S. Overwrites dx.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Backward(in GlobalPoolingProblem problem, ReadOnlySpan<float> dy, Span<float> dx, ThreadTeam team)
    {
        problem.Check(dx.Length, dy.Length);
        fixed (float* px = dx, py = dy) Run(problem, px, py, backward: true, team);
    }

    private static void Run(in GlobalPoolingProblem problem, float* x, float* y, bool backward, ThreadTeam team)
    {
        int planes = Math.Max(1, ElementsOfTask / problem.Spatial);
        var body = new Planes { X = x, Y = y, Count = problem.LengthY, Spatial = problem.Spatial, PlanesOfTask = planes, Backward = backward };
        team.For((int)(((long)problem.LengthY + planes - 1) / planes), ref body);
    }

    private struct Planes : IParallelBody
    {
        public float* X, Y;
        public int Count, Spatial, PlanesOfTask;
        public bool Backward;

        public readonly void Run(int task, int worker)
        {
            int start = task * PlanesOfTask, end = (int)Math.Min((long)start + PlanesOfTask, Count);
            for (int plane = start; plane < end; plane++)
            {
                float* x = X + (nint)plane * Spatial;
                if (Backward) new Span<float>(x, Spatial).Fill(Y[plane] / Spatial);
                else Y[plane] = (float)(Summation.Sum(Spatial, new StoredTerms { X = x }) / Spatial);
            }
        }
    }
}
