using System.Runtime.ExceptionServices;

namespace JaccardKernels.Data;

/// <summary>Work on all items when a set is opened, by all processors.</summary>
internal static class ParallelLoop
{
    /// <summary>Does all items; a failure surfaces as itself, not wrapped, and one line remains one line.</summary>
    public static void For(int count, Action<int> body)
    {
        try
        {
            Parallel.For(0, count, body);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
