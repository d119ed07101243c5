using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>
/// Compares what one variant of a ladder makes of a problem with what another makes of it, on the device: for problems that would take the
/// reference too long. The other is the plain one; of the plain one, the next.
/// </summary>
internal sealed class CrossCheck(IBackend backend)
{
    // Two results, each as far from the truth as it may be, on opposite sides: twice the error, four times its square.
    private const double OfTwo = 4;

    private string? _key;
    private IReadOnlyList<Array> _expected = [];

    /// <summary>Compares.</summary>
    /// <param name="instance">The operation and its problem.</param>
    /// <param name="loaded">The same with its operands in place; they are as at first afterwards.</param>
    /// <returns>Against what, and the largest error; null where there is no other variant that could compute it.</returns>
    /// <exception cref="InvalidOperationException">They differ by more than their tolerances.</exception>
    public Verification? Run(OperationInstance instance, LoadedInstance loaded)
    {
        if (instance.Case.LadderOn(backend) is not { } ladder) return null;
        KernelChoice choice = ladder.Choose(instance.LadderProblem);
        if (OtherThan(choice, ladder, instance) is not { } other) return null;
        double tolerance = OfTwo * Math.Max(instance.ToleranceOn(backend), other.Tolerance);
        IReadOnlyList<Array> actual = loaded.RunAfresh();
        string key = $"{instance} {other.Number}";
        if (_key != key)
        {
            using var forced = new ForcedChoice(ladder, new KernelChoice(other.Number));
            (_expected, _key) = (loaded.RunAfresh(), key);
        }
        loaded.Restore();
        double error = 0;
        bool floats = false;
        foreach ((int i, int operand) in instance.Written().Index())
        {
            OutputMargin margin = Compare(instance.Operands[operand], _expected[i], actual[i], tolerance);
            if (!margin.Passed)
                throw new InvalidOperationException($"not timed, because variants {choice} and {other} of {instance} differ: {margin}");
            (error, floats) = (Math.Max(error, margin.Error), floats || margin.Limit > 0);
        }
        return new Verification($"itself against variant {other}", error, floats ? tolerance : 0);
    }

    private static KernelVariant? OtherThan(KernelChoice choice, KernelLadder ladder, OperationInstance instance) =>
        ladder.Variants.FirstOrDefault(variant =>
            variant.Number != choice.Variant && variant.Math == ProductMath.Exact && ladder.WhyNot(variant.Number, instance.LadderProblem) is null);

    private static OutputMargin Compare(Operand operand, Array expected, Array actual, double tolerance) => Judge.Accuracy(
        operand, expected is float[] reals ? Array.ConvertAll(reals, value => (double)value) : expected, actual, tolerance);
}
