using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <content>Central differences.</content>
public static partial class CaseRunner
{
    /// <summary>The largest relative difference between a derivative and its central difference.</summary>
    public const double GradientTolerance = 1e-6;

    // (eps / 3)^(1/3) is the step that balances rounding and truncation of a function of unit scale in double precision.
    private const double Step = 1e-5;

    // Elements of an input whose derivative is compared; all of them when it has no more.
    private const int Probes = 24;

    /// <summary>
    /// Compares the declared backward pass of the reference with central differences of its forward pass, both in double precision. The error of
    /// an element is relative to the largest of the two and of the root mean square of the input's derivatives.
    /// </summary>
    /// <exception cref="InvalidOperationException">The operation declares no gradient.</exception>
    public static CaseResult CheckGradients(OperationInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        (int of, int[] by, bool isLoss) = instance.GradientOperands();
        ReferenceValues point = instance.Fill(Seed, FillMode.Smooth);
        var dy = new double[instance.Operands[of].Length];
        if (isLoss) dy[0] = 1;
        else Domain.Normal.Fill(CounterRandom.Key(Seed, -1), FillMode.Random, dy);
        double[][] gradients = [.. by.Select(i => new double[instance.Operands[i].Length])];
        ReferenceValues forward = point.Clone();
        instance.RunReference(forward);
        instance.RunBackward(forward, dy, gradients);
        OutputMargin[] margins = [.. by.Zip(gradients).Where(pair => pair.Second.Length > 0)
            .Select(pair => Compare(instance, point, of, dy, pair.First, pair.Second))];
        return new CaseResult(instance.Case.Name, $"{instance.Problem}", "reference", [new CaseCheck(CheckKind.Gradients, margins)]);
    }

    private static OutputMargin Compare(OperationInstance instance, ReferenceValues point, int of, double[] dy, int input, double[] gradient)
    {
        double typical = Math.Sqrt(gradient.Sum(g => g * g) / gradient.Length), worst = 0;
        string? fault = null;
        int probes = Math.Min(Probes, gradient.Length);
        for (int probe = 0; probe < probes; probe++)
        {
            int at = (int)((long)probe * gradient.Length / probes);
            double difference = CentralDifference(instance, point, of, dy, input, at);
            double apart = Math.Abs(difference - gradient[at]);
            double error = apart == 0 ? 0 : apart / Math.Max(typical, Math.Max(Math.Abs(difference), Math.Abs(gradient[at])));
            if (!(error > worst) && !double.IsNaN(error)) continue;
            worst = error;
            if (!(error <= GradientTolerance))
                fault = FormattableString.Invariant($"element {at} is {gradient[at]}, its central difference {difference}");
        }
        return new OutputMargin(instance.Operands[input].Name, worst, GradientTolerance, fault);
    }

    // The outputs are subtracted one by one, so that those which do not change do not round.
    private static double CentralDifference(OperationInstance instance, ReferenceValues point, int of, double[] dy, int input, int at)
    {
        double[] above = Forward(Step), below = Forward(-Step);
        double sum = 0;
        for (int i = 0; i < dy.Length; i++) sum += dy[i] * (above[i] - below[i]);
        return sum / (2 * Step);

        double[] Forward(double step)
        {
            ReferenceValues moved = point.Clone();
            ((double[])moved.Array(input))[at] += step;
            instance.RunReference(moved);
            return (double[])moved.Array(of);
        }
    }
}
