using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace JaccardKernels.Problems;

/// <summary>Checks that name the argument, its value and the limit.</summary>
public static class Guard
{
    /// <summary>The value, if it is at least <paramref name="minimum"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is smaller.</exception>
    public static int AtLeast(int value, int minimum, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= minimum ? value : throw new ArgumentOutOfRangeException(name, $"{name} is {value}; the least is {minimum}.");

    /// <summary>The value, if it is at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is smaller.</exception>
    public static int Positive(int value, [CallerArgumentExpression(nameof(value))] string name = "") => AtLeast(value, 1, name);

    /// <summary>The value, if it lies in [minimum, maximum].</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside, or is NaN.</exception>
    public static double InRange(double value, double minimum, double maximum, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= minimum && value <= maximum
            ? value
            : throw new ArgumentOutOfRangeException(
                name, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; the range is {minimum} to {maximum}."));

    /// <summary>The value, if it is above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is 0, negative or NaN.</exception>
    public static float AboveZero(float value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0
            ? value
            : throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be above 0."));

    /// <summary>A product of lengths, if an operand of that many elements can be addressed by a span.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It exceeds <see cref="int.MaxValue"/>.</exception>
    public static int Elements(string name, long a, long b, long c = 1, long d = 1)
    {
        // Each factor is an int, so products of two fit; the running check keeps the rest from overflowing.
        long product = a * b;
        if (product <= int.MaxValue) product *= c;
        if (product <= int.MaxValue) product *= d;
        return product <= int.MaxValue
            ? (int)product
            : throw new ArgumentOutOfRangeException(name, $"{name} would have {product} elements or more; the limit is {int.MaxValue}.");
    }

    /// <summary>Refuses an operand whose length is not the problem's.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Length(int actual, int expected, [CallerArgumentExpression(nameof(actual))] string name = "")
    {
        if (actual != expected) ThrowLength(name, actual, expected);
    }

    [DoesNotReturn]
    private static void ThrowLength(string name, int actual, int expected)
    {
        name = name.EndsWith(".Length", StringComparison.Ordinal) ? name[..^7] : name;
        throw new ArgumentException($"{name} has {actual} elements; the problem needs {expected}.", name);
    }
}
