using System.Diagnostics;

namespace JaccardKernels.Peers;

/// <summary>Work with its operands in place.</summary>
/// <param name="run">Does it once and says how many seconds it took.</param>
/// <param name="results">What it has computed.</param>
/// <param name="owned">What it holds.</param>
internal sealed class PreparedWork(Func<double> run, Func<IReadOnlyList<float[]>> results, params IDisposable[] owned) : IDisposable
{
    /// <summary>Work in this process, by its clock.</summary>
    public PreparedWork(Action run, Func<IReadOnlyList<float[]>> results, params IDisposable[] owned)
        : this(() => Time(run), results, owned)
    {
    }

    /// <summary>Does it once.</summary>
    /// <returns>Seconds.</returns>
    public double Run() => run();

    /// <summary>What the last run computed.</summary>
    public IReadOnlyList<float[]> Results() => results();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable resource in owned) resource.Dispose();
    }

    private static double Time(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
