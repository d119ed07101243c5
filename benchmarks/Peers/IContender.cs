namespace JaccardKernels.Peers;

/// <summary>A library that does the work.</summary>
internal interface IContender
{
    /// <summary>Name and version.</summary>
    string Name { get; }

    /// <summary>Readies work on a number of threads; null where the library has no such operation.</summary>
    PreparedWork? Prepare(PeerWork work, int threads);
}

/// <summary>Work with its operands in place.</summary>
/// <param name="run">Does it once.</param>
/// <param name="results">What it has computed.</param>
/// <param name="owned">What it holds.</param>
internal sealed class PreparedWork(Action run, Func<IReadOnlyList<float[]>> results, params IDisposable[] owned) : IDisposable
{
    /// <summary>Does it once.</summary>
    public void Run() => run();

    /// <summary>What the last run computed.</summary>
    public IReadOnlyList<float[]> Results() => results();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable resource in owned) resource.Dispose();
    }
}
