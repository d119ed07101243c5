namespace JaccardKernels.Retrieval;

/// <summary>Hands an open file over to what is made of it.</summary>
internal static class Ownership
{
    /// <summary>What <paramref name="make"/> makes, which owns the resource then; if it throws, the resource is disposed of.</summary>
    public static TResult Pass<T, TResult>(T resource, Func<T, TResult> make)
        where T : IDisposable
    {
        try
        {
            return make(resource);
        }
        catch
        {
            resource.Dispose();
            throw;
        }
    }
}
