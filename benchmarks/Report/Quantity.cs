using System.Globalization;

namespace JaccardKernels.Benchmarks;

/// <summary>Quantities for people: three significant digits.</summary>
internal static class Quantity
{
    /// <summary>Seconds as ns, us, ms or s.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        >= 1 => $"{Number(seconds)} s",
        >= 1e-3 => $"{Number(seconds * 1e3)} ms",
        >= 1e-6 => $"{Number(seconds * 1e6)} us",
        _ => $"{Number(seconds * 1e9)} ns",
    };

    /// <summary>A number of three significant digits, more before the point.</summary>
    public static string Number(double value) => value.ToString(
        value switch
        {
            >= 99.95 => "0",
            >= 9.995 => "0.0",
            _ => "0.00",
        },
        CultureInfo.InvariantCulture);

    /// <summary>A share as a whole number of percents, with a digit below ten.</summary>
    public static string Percent(double share) => (100 * share).ToString(share < 0.0995 ? "0.0' %'" : "0' %'", CultureInfo.InvariantCulture);

    /// <summary>Bytes as KiB, MiB or GiB, in powers of two.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 30} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB"),
    };
}
