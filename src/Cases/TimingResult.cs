using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>What one operation took at one problem.</summary>
/// <param name="Operation">The operation's name.</param>
/// <param name="Problem">The problem's text form.</param>
/// <param name="Backend">The kind of the backend.</param>
/// <param name="Device">The name of the device.</param>
/// <param name="Median">Seconds a run, the median of the samples.</param>
/// <param name="Fastest">Seconds a run of the fastest sample.</param>
/// <param name="Spread">The middle half of the samples, from first to third quartile, relative to the median.</param>
/// <param name="Samples">Samples taken.</param>
/// <param name="Repeats">Runs in each sample.</param>
/// <param name="GigaflopsPerSecond">The problem's operations over the median.</param>
/// <param name="GigabytesPerSecond">Bytes of all operands, those updated in place counted twice, over the median.</param>
/// <param name="Verified">On what the result was checked before.</param>
/// <param name="Margin">How near the error came to its limit in that check.</param>
public sealed record TimingResult(
    string Operation, string Problem, string Backend, string Device, double Median, double Fastest, double Spread, int Samples, int Repeats,
    double GigaflopsPerSecond, double GigabytesPerSecond, string Verified, string Margin)
{
    /// <summary>What took the time: the device's events, or the host's clock, which counts the launch and the wait too.</summary>
    public string Clock { get; init; } = "host clock";

    /// <summary>"warm": operands stayed where they were; "cold": the caches were overwritten before each sample.</summary>
    public string Caches { get; init; } = "warm";

    /// <summary>Seconds a run with warm caches, where the median is of cold ones.</summary>
    public double? WarmMedian { get; init; }

    /// <summary>Seconds below which a quarter of the samples lie.</summary>
    public double FirstQuartile { get; init; }

    /// <summary>Seconds below which three quarters of the samples lie.</summary>
    public double ThirdQuartile { get; init; }

    /// <summary>What products could be rounded to: fp32, tf32 or bf16.</summary>
    public string Math { get; init; } = ProductMaths.NameOf(ProductMath.Fp32);

    /// <summary>The number of the variant that ran, forced or chosen; null where there is one way only.</summary>
    public int? Variant { get; init; }

    /// <summary>The name of that variant.</summary>
    public string? VariantName { get; init; }

    /// <summary>The tile it was cut into, where it has any.</summary>
    public string? Tile { get; init; }

    internal static TimingResult From(OperationInstance instance, IBackend backend, Samples samples, Verification verified, bool deviceClock)
    {
        BackendInfo info = backend.Info;
        KernelLadder? ladder = instance.Case.LadderOn(backend);
        KernelChoice? choice = ladder?.Choose(instance.LadderProblem);
        double median = samples.Median;
        return new TimingResult(
            instance.Case.Name, $"{instance.Problem}", info.Kind, info.Name, median, samples.Fastest,
            (samples.ThirdQuartile - samples.FirstQuartile) / median, samples.Count, samples.Repeats,
            instance.Flops / median / 1e9, (instance.BytesRead + instance.BytesWritten) / median / 1e9, verified.On, verified.Margin)
        {
            Clock = deviceClock ? "device events" : "host clock",
            FirstQuartile = samples.FirstQuartile,
            ThirdQuartile = samples.ThirdQuartile,
            Math = ProductMaths.NameOf(backend.ProductMath),
            Variant = choice?.Variant,
            VariantName = choice is { } chosen ? ladder!.Find(chosen.Variant).Name : null,
            Tile = choice?.Tile,
        };
    }
}
