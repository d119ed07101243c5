using JaccardKernels.Cases;

namespace JaccardKernels.Benchmarks;

/// <summary>
/// What a device reached in loops that do nothing but compute, or nothing but move: the best of many samples. An operation can be no faster than
/// the slower of its arithmetic at the one rate and its operands' bytes at the other.
/// </summary>
/// <param name="Kind">The kind of the backend.</param>
/// <param name="Device">The device's name.</param>
/// <param name="Threads">Threads of the host; 0 where the device decides.</param>
/// <param name="Arithmetic">Rates of arithmetic.</param>
/// <param name="Bandwidth">Rates of memory, in order of the working set, never rising.</param>
internal sealed record Roof(
    string Kind, string Device, int Threads, IReadOnlyList<ArithmeticRate> Arithmetic, IReadOnlyList<BandwidthPoint> Bandwidth)
{
    /// <summary>The highest rate of a kind, 10^9 operations a second.</summary>
    public double Peak(ArithmeticKind kind) => Arithmetic.Where(rate => rate.Kind == kind).Max(rate => rate.Rate);

    /// <summary>
    /// The bandwidths at a working set, interpolated between the measured ones over the logarithm of the size; beyond them, the nearest.
    /// </summary>
    public BandwidthPoint At(long bytes)
    {
        int above = 0;
        while (above < Bandwidth.Count - 1 && Bandwidth[above].Bytes < bytes) above++;
        BandwidthPoint high = Bandwidth[above];
        if (above == 0 || bytes >= high.Bytes) return high with { Bytes = bytes };
        BandwidthPoint low = Bandwidth[above - 1];
        double t = Math.Log((double)bytes / low.Bytes) / Math.Log((double)high.Bytes / low.Bytes);
        return new BandwidthPoint(bytes, Mix(low.Read, high.Read), Mix(low.Copy, high.Copy), Mix(low.Fill, high.Fill));

        double Mix(double a, double b) => a + t * (b - a);
    }

    /// <summary>What the roof allows an operation.</summary>
    public RoofLimit Limit(OperationInstance instance) => Limit(
        instance.Flops, instance.Operands.Any(operand => operand.Type == ElementType.UInt64 && operand.IsRead), instance.BytesRead,
        instance.BytesWritten, instance.Operands.Sum(operand => operand.Bytes));

    /// <summary>
    /// What the roof allows a piece of work. As many bytes as are both read and written move at the rate of copying, the others at that of
    /// reading or of writing.
    /// </summary>
    /// <param name="flops">Operations.</param>
    /// <param name="ofBits">They are operations on words of bits.</param>
    /// <param name="read">Bytes read.</param>
    /// <param name="written">Bytes written.</param>
    /// <param name="workingSet">Bytes of memory.</param>
    public RoofLimit Limit(long flops, bool ofBits, long read, long written, long workingSet)
    {
        BandwidthPoint bandwidth = At(workingSet);
        long copied = Math.Min(read, written);
        double memory = 2 * copied / bandwidth.Copy + (read - copied) / bandwidth.Read + (written - copied) / bandwidth.Fill;
        double arithmetic = flops / Peak(ofBits ? ArithmeticKind.PopulationCount : ArithmeticKind.MultiplyAdd);
        return arithmetic >= memory
            ? new RoofLimit(arithmetic * 1e-9, flops, ofBits ? "Gop/s" : "GFLOP/s")
            : new RoofLimit(memory * 1e-9, read + written, "GB/s");
    }

    /// <summary>The better of two measurements at every rate, of which the other is one of the same device, perhaps with fewer threads.</summary>
    public Roof Or(Roof other) => this with
    {
        Arithmetic = [.. Arithmetic.Zip(other.Arithmetic, (a, b) => a with { Rate = Math.Max(a.Rate, b.Rate) })],
        Bandwidth =
        [
            .. Bandwidth.Zip(other.Bandwidth, (a, b) =>
                new BandwidthPoint(a.Bytes, Math.Max(a.Read, b.Read), Math.Max(a.Copy, b.Copy), Math.Max(a.Fill, b.Fill))),
        ],
    };

    /// <summary>A roof whose bandwidth never rises with the working set: a smaller one can do what a larger one did.</summary>
    public static Roof From(
        string kind, string device, int threads, IReadOnlyList<ArithmeticRate> arithmetic, IReadOnlyList<BandwidthPoint> measured)
    {
        BandwidthPoint[] bandwidth = [.. measured.OrderBy(point => point.Bytes)];
        for (int i = bandwidth.Length - 2; i >= 0; i--)
        {
            BandwidthPoint next = bandwidth[i + 1];
            bandwidth[i] = new BandwidthPoint(
                bandwidth[i].Bytes, Math.Max(bandwidth[i].Read, next.Read), Math.Max(bandwidth[i].Copy, next.Copy),
                Math.Max(bandwidth[i].Fill, next.Fill));
        }
        return new Roof(kind, device, threads, arithmetic, bandwidth);
    }
}

/// <summary>The least time of a piece of work, and what binds it.</summary>
/// <param name="Seconds">The least time.</param>
/// <param name="Amount">Operations or bytes, whichever binds.</param>
/// <param name="Unit">Of the rate: GFLOP/s, Gop/s of operations on words of bits, or GB/s.</param>
internal sealed record RoofLimit(double Seconds, double Amount, string Unit)
{
    /// <summary>The rate reached in <paramref name="seconds"/>.</summary>
    public double Rate(double seconds) => Amount / seconds * 1e-9;

    /// <summary>The share of the roof reached in <paramref name="seconds"/>; 1 is the roof.</summary>
    public double Share(double seconds) => Seconds / seconds;
}
