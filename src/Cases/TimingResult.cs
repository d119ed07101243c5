using JaccardKernels.Engine;

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
    internal static TimingResult From(OperationInstance instance, BackendInfo info, List<double> samples, int repeats, Verification verified)
    {
        samples.Sort();
        double median = samples[samples.Count / 2];
        double spread = (samples[samples.Count * 3 / 4] - samples[samples.Count / 4]) / median;
        return new TimingResult(
            instance.Case.Name, $"{instance.Problem}", info.Kind, info.Name, median, samples[0], spread, samples.Count, repeats,
            instance.Flops / median / 1e9, (instance.BytesRead + instance.BytesWritten) / median / 1e9, verified.On, verified.Margin);
    }
}
