using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>What an element-wise operation does at one place: a struct of pointers, compiled for every width of vector.</summary>
internal interface IElementwise
{
    /// <summary>Computes elements i to i + Count - 1 of the result.</summary>
    void Apply<TLanes>(nint i)
        where TLanes : struct, ILanes<TLanes, float>;
}

/// <summary>Runs element-wise operations: vectors of the widest kind, single lanes for the rest, blocks of fixed size over the threads.</summary>
internal static class Elementwise
{
    // 64 KiB of each operand: enough to hide the cost of handing out a task, small enough to share out a layer.
    private const int Block = 16384;

    /// <summary>The operation on elements 0 to length - 1, by all threads.</summary>
    public static void Run<TOperation>(int length, TOperation operation, ThreadTeam team)
        where TOperation : struct, IElementwise
    {
        var body = new Blocks<TOperation> { Operation = operation, Length = length };
        team.For((int)(((long)length + Block - 1) / Block), ref body);
    }

    /// <summary>The operation on elements start to end - 1, by this thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Range<TOperation>(nint start, nint end, TOperation operation)
        where TOperation : struct, IElementwise
    {
        if (Vector512.IsHardwareAccelerated) start = Vectors<TOperation, Lanes512<float>>(start, end, operation);
        else if (Vector256.IsHardwareAccelerated) start = Vectors<TOperation, Lanes256<float>>(start, end, operation);
        else if (Vector128.IsHardwareAccelerated) start = Vectors<TOperation, Lanes128<float>>(start, end, operation);
        _ = Vectors<TOperation, Lane<float>>(start, end, operation);
    }

    /// <summary>
    /// The operation on elements 0 to length - 1, by this thread, some of them twice: the last vector overlaps the one before. Its results must not be among
    /// its operands.
    /// </summary>
    public static void Overlapping<TOperation>(nint length, TOperation operation)
        where TOperation : struct, IElementwise
    {
        if (Vector512.IsHardwareAccelerated && length >= Lanes512<float>.Count) Overlapping<TOperation, Lanes512<float>>(length, operation);
        else if (Vector256.IsHardwareAccelerated && length >= Lanes256<float>.Count) Overlapping<TOperation, Lanes256<float>>(length, operation);
        else if (Vector128.IsHardwareAccelerated && length >= Lanes128<float>.Count) Overlapping<TOperation, Lanes128<float>>(length, operation);
        else _ = Vectors<TOperation, Lane<float>>(0, length, operation);
    }

    private static void Overlapping<TOperation, TLanes>(nint length, TOperation operation)
        where TOperation : struct, IElementwise
        where TLanes : struct, ILanes<TLanes, float>
    {
        nint done = Vectors<TOperation, TLanes>(0, length, operation);
        if (done < length) operation.Apply<TLanes>(length - TLanes.Count);
    }

    // The operation comes by value, so that its pointers live in registers.
    private static nint Vectors<TOperation, TLanes>(nint i, nint end, TOperation operation)
        where TOperation : struct, IElementwise
        where TLanes : struct, ILanes<TLanes, float>
    {
        for (; i <= end - TLanes.Count; i += TLanes.Count) operation.Apply<TLanes>(i);
        return i;
    }

    private struct Blocks<TOperation> : IParallelBody
        where TOperation : struct, IElementwise
    {
        public TOperation Operation;
        public int Length;

        public readonly void Run(int task, int worker)
        {
            nint start = (nint)task * Block;
            Range(start, Math.Min(start + Block, Length), Operation);
        }
    }
}
