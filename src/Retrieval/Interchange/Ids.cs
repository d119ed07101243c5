namespace JaccardKernels.Retrieval;

/// <summary>Ids of codes: 0 to 2^63-1. Files hold them as int64, and faiss means "nothing found" by -1.</summary>
internal static class Ids
{
    /// <summary>The first negative id, or -1.</summary>
    public static int IndexOfNegative(ReadOnlySpan<long> ids) => ids.IndexOfAnyInRange(long.MinValue, -1L);
}
