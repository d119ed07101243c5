namespace JaccardKernels.Peers;

/// <summary>A library that does the work.</summary>
internal interface IContender
{
    /// <summary>Name and version.</summary>
    string Name { get; }

    /// <summary>Readies work on a number of threads; null where the library has no such operation.</summary>
    PreparedWork? Prepare(PeerWork work, int threads);
}
