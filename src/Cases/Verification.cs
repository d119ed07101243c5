using System.Globalization;

namespace JaccardKernels.Cases;

/// <summary>What was checked before an operation was timed, and with what margin.</summary>
/// <param name="On">The problems it was checked on.</param>
/// <param name="Error">The largest normalised mean squared error of its float outputs; 0 where all outputs are integers.</param>
/// <param name="Tolerance">The largest that passes; 0 where all outputs are integers, which must be equal.</param>
public sealed record Verification(string On, double Error, double Tolerance)
{
    /// <summary>The margin in few characters: <c>2e-15 of 1e-12</c>, or <c>equal</c>.</summary>
    public string Margin => Tolerance == 0 ? "equal" : $"{Text(Error)} of {Text(Tolerance)}";

    /// <summary>Both checks: the error is that of the one which came nearer to its limit.</summary>
    internal Verification And(Verification other)
    {
        bool first = other.Tolerance == 0 || (Tolerance > 0 && Error / Tolerance >= other.Error / other.Tolerance);
        return (first ? this : other) with { On = $"{On}, and {other.On}" };
    }

    private static string Text(double value) => value.ToString(value == 0 ? "0" : "0e+0", CultureInfo.InvariantCulture);
}
