using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>Images with two channels more that say where a cell is; see <see cref="CoordinateChannelsProblem"/>.</summary>
public static class CoordinateChannels
{
    /// <summary><c>y[n] = [x[n] ; column ; row]</c>. Overwrites y.</summary>
    public static void Run(in CoordinateChannelsProblem problem, ReadOnlySpan<double> x, Span<double> y)
    {
        problem.Check(x.Length, y.Length);
        double scale = problem.Scale;
        int at = 0;
        for (int n = 0; n < problem.Batch; n++)
        {
            for (int i = 0; i < problem.ImageLength; i++) y[at++] = x[n * problem.ImageLength + i];
            for (int axis = 0; axis < CoordinateChannelsProblem.Added; axis++)
            {
                for (int h = 0; h < problem.Height; h++)
                    for (int w = 0; w < problem.Width; w++) y[at++] = axis == 0 ? Coordinate(w, problem.Width) : Coordinate(h, problem.Height);
            }
        }

        double Coordinate(int i, int count) => count > 1 ? scale * (-1 + 2.0 * i / (count - 1)) : 0;
    }
}
