using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>Images with two channels more that say where a cell is, an image a task.</summary>
public static unsafe class CoordinateChannels
{
    /// <summary>y[n] = [x[n] ; column ; row]. Overwrites y.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(in CoordinateChannelsProblem problem, ReadOnlySpan<float> x, Span<float> y, ThreadTeam team)
    {
        problem.Check(x.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            var body = new Images { Problem = problem, X = px, Y = py };
            team.For(problem.Batch, ref body);
        }
    }

    private struct Images : IParallelBody
    {
        public CoordinateChannelsProblem Problem;
        public float* X, Y;

        public readonly void Run(int task, int worker)
        {
            float* y = Y + (nint)task * (Problem.ImageLength + Problem.AddedLength);
            LineCopy.Copy(X + (nint)task * Problem.ImageLength, y, Problem.ImageLength);
            float* columns = y + Problem.ImageLength, rows = columns + Problem.Height * Problem.Width;
            for (int h = 0, at = 0; h < Problem.Height; h++)
            {
                float row = CoordinateChannelsProblem.At(h, Problem.Height, Problem.Scale);
                for (int w = 0; w < Problem.Width; w++, at++)
                    (columns[at], rows[at]) = (CoordinateChannelsProblem.At(w, Problem.Width, Problem.Scale), row);
            }
        }
    }
}
