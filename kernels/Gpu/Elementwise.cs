namespace JaccardKernels.Gpu;

/// <summary>What is done with every element of some operands; a struct that holds them. See <see cref="Elementwise{TOperation}"/>.</summary>
internal interface IElementwise
{
    /// <summary>Does elements <c>Count i</c> to <c>Count i + Count - 1</c> of the lanes' count. Reads of an element come before its write.</summary>
    void At<TLanes>(int i)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>
/// The kernel of everything that goes once over memory, element by element. A thread takes four neighbours by 128-bit accesses, and as many more
/// threads as there are elements left take one each; where an operand is not aligned, all threads take one.
/// At 2048 threads a multiprocessor, 16 bytes each and operand are 32 KiB in flight: twice what latency times bandwidth asks of an H100.
/// </summary>
internal static class Elementwise
{
    [GpuKernel]
    internal static void Run<TOperation>(Operands<TOperation> o)
        where TOperation : struct, IElementwise
    {
        int i = Threads.Index;
        if (!Threads.Beyond(i, o.Vectors)) o.Operation.At<Float4>(i);
        else if (!Threads.Beyond(i, o.Threads)) o.Operation.At<Float1>(i + 3 * o.Vectors);
    }

    internal struct Operands<TOperation>
        where TOperation : struct, IElementwise
    {
        public TOperation Operation;

        // The threads that take four elements, and all.
        public int Vectors, Threads;
    }
}

/// <summary>An elementwise operation, ready to be queued.</summary>
internal sealed class Elementwise<TOperation>(GpuQueue queue)
    where TOperation : struct, IElementwise
{
    private readonly Kernel<Elementwise.Operands<TOperation>> _kernel = new(queue, Elementwise.Run);

    /// <summary>Queues the operation on <paramref name="length"/> elements.</summary>
    /// <param name="length">Elements.</param>
    /// <param name="vectorised">All operands are accessed four elements at a time, as <see cref="Alignment.AreVectors"/> allows it.</param>
    /// <param name="operation">The operation and its operands.</param>
    public void Launch(int length, bool vectorised, in TOperation operation)
    {
        int vectors = vectorised ? length / Float4.Count : 0, threads = length - (Float4.Count - 1) * vectors;
        _kernel.LaunchThreads(threads, new Elementwise.Operands<TOperation> { Operation = operation, Vectors = vectors, Threads = threads });
    }
}
