namespace JaccardKernels.Benchmarks;

/// <summary>What memory gives at one working set: the caches hold the small ones.</summary>
/// <param name="Bytes">The working set, source and destination together.</param>
/// <param name="Read">Reading alone, 10^9 bytes a second.</param>
/// <param name="Copy">Copying, bytes read and bytes written counted.</param>
/// <param name="Fill">Writing alone.</param>
internal sealed record BandwidthPoint(long Bytes, double Read, double Copy, double Fill);
