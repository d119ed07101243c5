using System.Globalization;

namespace JaccardKernels.Cli.Experiment;

/// <summary>A number over seeds.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Deviation">Its standard deviation (n - 1); NaN for one seed.</param>
/// <param name="Seeds">Seeds.</param>
internal readonly record struct Statistic(double Mean, double Deviation, int Seeds)
{
    /// <summary>Of some numbers.</summary>
    public static Statistic Of(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        double deviation = values.Count < 2 ? double.NaN : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
        return new Statistic(mean, deviation, values.Count);
    }

    /// <inheritdoc/>
    public override string ToString() => double.IsNaN(Deviation)
        ? Mean.ToString(".000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Mean:.000} ± {Deviation:.000}");
}

/// <summary>Results over seeds: what tables, charts and verdicts are made from.</summary>
/// <param name="parts">By part and seed.</param>
/// <param name="methods">By part, method and seed.</param>
internal sealed class ClaimsSummary(IReadOnlyList<PartResult> parts, IReadOnlyList<MethodResult> methods)
{
    /// <summary>Whether a method has results in a part.</summary>
    public bool Has(string part, string method) => methods.Any(m => m.Part == part && m.Method == method);

    /// <summary>The results of a part, a seed each.</summary>
    public IReadOnlyList<PartResult> Part(string part) => [.. parts.Where(p => p.Part == part)];

    /// <summary>The results of a method, a seed each.</summary>
    public IReadOnlyList<MethodResult> Method(string part, string method) => [.. methods.Where(m => m.Part == part && m.Method == method)];

    /// <summary>A number of a part.</summary>
    public Statistic OfPart(string part, Func<PartResult, double> number) => Statistic.Of([.. Part(part).Select(number)]);

    /// <summary>A measure of a method's codes; null where it was not measured.</summary>
    public Statistic? Of(string part, string method, string code, int bits, Func<CodeResult, double> number)
    {
        double[] values = [.. Method(part, method).Select(m => m.Codes.FirstOrDefault(c => c.Code == code && c.Bits == bits)).OfType<CodeResult>().Select(number)];
        return values.Length == 0 ? null : Statistic.Of(values);
    }

    /// <summary>A curve of a method, the mean over seeds.</summary>
    public static double[] MeanCurve(IReadOnlyList<MethodResult> seeds, Func<MethodResult, IReadOnlyList<double>> curve) =>
        [.. Enumerable.Range(0, curve(seeds[0]).Count).Select(i => seeds.Average(seed => curve(seed)[i]))];
}
