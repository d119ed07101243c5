namespace JaccardKernels.Data;

/// <summary>
/// Decoded images kept in memory until a budget is used up; then the rest is decoded each time. Nothing is ever evicted: training reads
/// all images in random order, where eviction gains nothing. One budget may be shared by the sets of a data set.
/// </summary>
/// <param name="budgetBytes">Bytes in all; 0 keeps nothing.</param>
internal sealed class ImageCache(long budgetBytes)
{
    private long _left = budgetBytes;

    /// <summary>Whether so many bytes may be kept; if so they are taken from the budget.</summary>
    public bool TryReserve(int bytes)
    {
        if (Volatile.Read(ref _left) < bytes) return false;
        if (Interlocked.Add(ref _left, -bytes) >= 0) return true;
        Interlocked.Add(ref _left, bytes);
        return false;
    }
}
