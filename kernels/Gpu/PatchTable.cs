using ILGPU;
using ILGPU.Runtime;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// What a step over the terms of a convolution adds to a position, computed once per problem: <c>X</c> offset in the image, <c>Y</c> and <c>Z</c> rows
/// and columns of it, <c>W</c> offset in the filters of a group.
/// </summary>
internal sealed class PatchTable
{
    private PatchTable(GpuQueue queue, Four<int>[] steps)
    {
        Steps = steps.Length;
        MemoryBuffer memory = queue.Allocate(Math.Max(steps.Length, 1) * 16L, "the table of a convolution");
        View = new ArrayView<byte>(memory, 0, memory.LengthInBytes).Cast<Four<int>>();
        try
        {
            if (steps.Length > 0) View.CopyFromCPU(queue.Stream, steps);
            queue.Stream.Synchronize();
        }
        catch (AcceleratorException e)
        {
            throw queue.Lost(e, "an upload");
        }
    }

    /// <summary>Terms of a sum.</summary>
    public int Steps { get; }

    /// <summary>The entries, in the memory of the device.</summary>
    public ArrayView<Four<int>> View { get; }

    /// <summary>Terms (c,r,s) of an output over x.</summary>
    public static PatchTable Forward(GpuQueue queue, ConvolutionProblem p) => new(
        queue,
        [
            .. from c in Enumerable.Range(0, p.GroupChannels)
               from r in Enumerable.Range(0, p.KernelH)
               from s in Enumerable.Range(0, p.KernelW)
               let h = r * p.DilationH
               let w = s * p.DilationW
               select new Four<int>((c * p.Height + h) * p.Width + w, h, w, (c * p.KernelH + r) * p.KernelW + s),
        ]);

    /// <summary>Terms (k,r,s) of an input of a phase over dy: those taps that reach it.</summary>
    public static PatchTable Backward(GpuQueue queue, ConvolutionProblem p, StridePhase phase) => new(
        queue,
        [
            .. from k in Enumerable.Range(0, p.GroupFilters)
               from r in Enumerable.Range(0, p.KernelH)
               let above = phase.Row + p.PadH - r * p.DilationH
               where above % p.StrideH == 0
               from s in Enumerable.Range(0, p.KernelW)
               let left = phase.Column + p.PadW - s * p.DilationW
               where left % p.StrideW == 0
               let h = above / p.StrideH
               let w = left / p.StrideW
               select new Four<int>(
                   (k * p.OutputHeight + h) * p.OutputWidth + w, h, w, (k * p.GroupChannels * p.KernelH + r) * p.KernelW + s),
        ]);
}
