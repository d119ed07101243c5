using System.Globalization;

namespace JaccardKernels.Cli;

/// <summary>Quantities for people: three or four significant digits and a unit.</summary>
internal static class Units
{
    /// <summary>Bytes as B, KiB, MiB, GiB.</summary>
    public static string Bytes(long bytes)
    {
        string[] names = ["B", "KiB", "MiB", "GiB", "TiB"];
        double value = bytes;
        int unit = 0;
        for (; value >= 1024 && unit < names.Length - 1; unit++) value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {names[unit]}");
    }

    /// <summary>Seconds as ns, us, ms, s or min.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        >= 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0} min"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"),
        >= 1e-3 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.00} ms"),
        >= 1e-6 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:0.00} us"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e9:0.0} ns"),
    };

    /// <summary>A whole number with separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A measure, four digits.</summary>
    public static string Measure(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>A rate, one digit behind the point, more for small ones.</summary>
    public static string Rate(double value) => value.ToString(value < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture);
}
