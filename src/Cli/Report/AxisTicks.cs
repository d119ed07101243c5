using System.Globalization;

namespace JaccardKernels.Cli.Report;

/// <summary>An axis from data to pixels: a range that ends at round numbers, and the ticks in it.</summary>
internal sealed class AxisTicks
{
    private readonly double _low, _high;
    private readonly bool _logarithmic;

    private AxisTicks(double low, double high, bool logarithmic, IReadOnlyList<double> ticks) =>
        (_low, _high, _logarithmic, Values) = (low, high, logarithmic, ticks);

    /// <summary>Where ticks stand, in data.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>An axis over [minimum, maximum] with about <paramref name="count"/> ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
    /// <param name="minimum">The smallest value.</param>
    /// <param name="maximum">The largest value.</param>
    /// <param name="count">Ticks wanted, about.</param>
    /// <param name="rounded">The range is widened to whole ticks.</param>
    public static AxisTicks Linear(double minimum, double maximum, int count, bool rounded)
    {
        if (!(maximum > minimum)) maximum = minimum + (minimum == 0 ? 1 : Math.Abs(minimum));
        double raw = (maximum - minimum) / count, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * ((raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        // A thousandth of a step forgives rounding.
        double first = rounded ? Math.Floor(minimum / step + 1e-3) : Math.Ceiling(minimum / step - 1e-3);
        double last = rounded ? Math.Ceiling(maximum / step - 1e-3) : Math.Floor(maximum / step + 1e-3);
        List<double> ticks = [];
        for (double i = first; i <= last; i++) ticks.Add(i * step);
        return rounded ? new AxisTicks(first * step, last * step, false, ticks) : new AxisTicks(minimum, maximum, false, ticks);
    }

    /// <summary>A logarithmic axis over [minimum, maximum], both above 0: ticks at powers of ten, or at 1, 2, 5 where that gives few.</summary>
    public static AxisTicks Logarithmic(double minimum, double maximum)
    {
        if (!(maximum > minimum)) maximum = minimum * 10;
        bool fine = Math.Log10(maximum / minimum) < 2;
        List<double> ticks = [];
        for (double power = Math.Pow(10, Math.Floor(Math.Log10(minimum))); power <= maximum * 1.001; power *= 10)
        {
            foreach (double step in (ReadOnlySpan<double>)[1, 2, 5])
            {
                double tick = power * step;
                if ((step == 1 || fine) && tick >= minimum * 0.999 && tick <= maximum * 1.001) ticks.Add(tick);
            }
        }
        return new AxisTicks(Math.Log(minimum), Math.Log(maximum), true, ticks);
    }

    /// <summary>Where a value stands on the axis, 0 to 1.</summary>
    public double Position(double value) => ((_logarithmic ? Math.Log(value) : value) - _low) / (_high - _low);

    /// <summary>A tick's label.</summary>
    public static string Label(double value) => Math.Abs(value) >= 10_000
        ? string.Create(CultureInfo.InvariantCulture, $"{value / 1000:0.###}k")
        : value.ToString("0.######", CultureInfo.InvariantCulture);
}
