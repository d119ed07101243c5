namespace JaccardKernels.Cases;

/// <summary>Durations in seconds of one run, in rising order.</summary>
internal sealed class Samples
{
    private readonly double[] _seconds;

    /// <param name="seconds">The durations, in any order; at least one.</param>
    /// <param name="repeats">Runs that each is the mean of.</param>
    public Samples(IEnumerable<double> seconds, int repeats) => (_seconds, Repeats) = ([.. seconds.Order()], repeats);

    public int Repeats { get; }

    public int Count => _seconds.Length;

    public double Fastest => _seconds[0];

    public double FirstQuartile => _seconds[Count / 4];

    public double Median => _seconds[Count / 2];

    public double ThirdQuartile => _seconds[Count * 3 / 4];
}
