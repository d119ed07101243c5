using JaccardKernels.Gpu;

namespace JaccardKernels.Engine.Gpu;

/// <summary>What the machine code of a kernel tells.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Resources">Registers, memory, spills.</param>
/// <param name="Occupancy">How many groups fit on a multiprocessor.</param>
/// <param name="LocalAccesses">LDL and STL in the whole kernel.</param>
/// <param name="HasLoop">It has a loop.</param>
/// <param name="Mix">The instructions of its main loop, of all the kernel where it has none.</param>
/// <param name="Bound">What binds that.</param>
public sealed record KernelMachineCode(
    GpuKernel Kernel, ResourceUsage Resources, Occupancy Occupancy, int LocalAccesses, bool HasLoop, InstructionMix Mix, LoopBound Bound)
{
    /// <summary>Nothing of it is in local memory.</summary>
    public bool IsClean => Resources is { StackBytes: 0, SpillStoreBytes: 0, SpillLoadBytes: 0 } && LocalAccesses == 0;

    /// <summary>Why it is not clean, in a few words.</summary>
    public string LocalMemory =>
        $"stack {Resources.StackBytes} B, spills {Resources.SpillStoreBytes} + {Resources.SpillLoadBytes} B, {LocalAccesses} LDL/STL";

    /// <summary>Puts it together from what the tools wrote.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="multiprocessor">Where it would run.</param>
    /// <param name="ptxas">What <c>ptxas -v</c> says.</param>
    /// <param name="listing">What <c>cuobjdump --dump-sass</c> writes.</param>
    /// <exception cref="InvalidDataException">It is not what it should be.</exception>
    public static KernelMachineCode Read(GpuKernel kernel, Multiprocessor multiprocessor, string ptxas, string listing)
    {
        ResourceUsage resources = ResourceUsage.Parse(ptxas);
        IReadOnlyList<SassInstruction> code = SassInstruction.Parse(listing);
        MainLoop loop = MainLoop.Find(code);
        return new KernelMachineCode(
            kernel, resources, Occupancy.Of(multiprocessor, kernel.GroupSize, resources.Registers, resources.SharedBytes),
            new InstructionMix(code)[InstructionKind.Local], loop.IsLoop, new InstructionMix(loop.Instructions),
            LoopBound.Of(loop.Instructions, multiprocessor));
    }
}
