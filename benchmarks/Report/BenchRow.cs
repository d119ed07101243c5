using JaccardKernels.Cases;

namespace JaccardKernels.Benchmarks;

/// <summary>One operation at one problem on one target.</summary>
/// <param name="Timing">The measurement.</param>
/// <param name="Device">The target's device.</param>
/// <param name="Threads">Threads of the host; 0 where the device decides.</param>
/// <param name="Rate">What was reached, in Unit.</param>
/// <param name="Unit">GFLOP/s, Gop/s or GB/s: what binds the operation.</param>
/// <param name="RoofShare">The share of the roof reached by the median; 1 is the roof.</param>
internal sealed record BenchRow(TimingResult Timing, string Device, int Threads, double Rate, string Unit, double RoofShare)
{
    /// <summary>Judges a measurement by a roof.</summary>
    public static BenchRow From(TimingResult timing, BenchTarget target, RoofLimit limit) =>
        new(timing, target.Device, target.Threads, limit.Rate(timing.Median), limit.Unit, limit.Share(timing.Median));
}
