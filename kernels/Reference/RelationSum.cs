using JaccardKernels.Problems;

namespace JaccardKernels.Reference;

/// <summary>The sum over pairs of objects in a relation network; see <see cref="RelationSumProblem"/>.</summary>
public static class RelationSum
{
    /// <summary><c>y[n] = sum over j &lt;= i of relu(w h + bias)</c> with <c>h = relu(first[n,j] + second[n,i] + context[n])</c>. Overwrites y.</summary>
    public static void Forward(
        in RelationSumProblem problem, ReadOnlySpan<double> objects, ReadOnlySpan<double> context, ReadOnlySpan<double> weights,
        ReadOnlySpan<double> bias, Span<double> y)
    {
        problem.Check(objects.Length, context.Length, weights.Length, bias.Length, y.Length);
        y.Clear();
        var hidden = new double[problem.Inputs];
        for (int n = 0; n < problem.Batch; n++)
        {
            for (int i = 0; i < problem.Objects; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    Hidden(problem, objects, context, n, j, i, hidden);
                    for (int g = 0; g < problem.Outputs; g++) y[n * problem.Outputs + g] += Math.Max(Sum(weights, bias, hidden, g), 0);
                }
            }
        }
    }

    /// <summary>
    /// With z the sum before the second rectifier of a pair: <c>dz = z &gt; 0 ? dy : 0</c>, <c>dbias += dz</c>, <c>dweights += dz h</c>,
    /// <c>dh = h &gt; 0 ? w^T dz : 0</c>, which is added to the gradients of the pair's two objects and of the context. Overwrites dobjects and dcontext,
    /// accumulates the others.
    /// </summary>
    public static void Backward(
        in RelationSumProblem problem, ReadOnlySpan<double> objects, ReadOnlySpan<double> context, ReadOnlySpan<double> weights,
        ReadOnlySpan<double> bias, ReadOnlySpan<double> dy, Span<double> dobjects, Span<double> dcontext, Span<double> dweights, Span<double> dbias)
    {
        problem.Check(objects.Length, context.Length, weights.Length, bias.Length, dy.Length);
        problem.Check(dobjects.Length, dcontext.Length, dweights.Length, dbias.Length, dy.Length);
        dobjects.Clear();
        dcontext.Clear();
        var hidden = new double[problem.Inputs];
        var gradient = new double[problem.Inputs];
        for (int n = 0; n < problem.Batch; n++)
        {
            for (int i = 0; i < problem.Objects; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    Hidden(problem, objects, context, n, j, i, hidden);
                    Array.Clear(gradient);
                    for (int g = 0; g < problem.Outputs; g++)
                    {
                        if (Sum(weights, bias, hidden, g) <= 0) continue;
                        double dz = dy[n * problem.Outputs + g];
                        dbias[g] += dz;
                        for (int f = 0; f < hidden.Length; f++)
                        {
                            dweights[g * hidden.Length + f] += dz * hidden[f];
                            gradient[f] += dz * weights[g * hidden.Length + f];
                        }
                    }
                    for (int f = 0; f < hidden.Length; f++)
                    {
                        if (hidden[f] <= 0) continue;
                        dobjects[First(problem, n, f, j)] += gradient[f];
                        dobjects[Second(problem, n, f, i)] += gradient[f];
                        dcontext[n * hidden.Length + f] += gradient[f];
                    }
                }
            }
        }
    }

    private static int First(in RelationSumProblem p, int n, int f, int j) => (2 * n * p.Inputs + f) * p.Objects + j;

    private static int Second(in RelationSumProblem p, int n, int f, int i) => ((2 * n + 1) * p.Inputs + f) * p.Objects + i;

    private static void Hidden(
        in RelationSumProblem p, ReadOnlySpan<double> objects, ReadOnlySpan<double> context, int n, int j, int i, Span<double> hidden)
    {
        for (int f = 0; f < hidden.Length; f++)
            hidden[f] = Math.Max(objects[First(p, n, f, j)] + objects[Second(p, n, f, i)] + context[n * p.Inputs + f], 0);
    }

    private static double Sum(ReadOnlySpan<double> weights, ReadOnlySpan<double> bias, ReadOnlySpan<double> hidden, int g)
    {
        double sum = bias[g];
        for (int f = 0; f < hidden.Length; f++) sum += weights[g * hidden.Length + f] * hidden[f];
        return sum;
    }
}
