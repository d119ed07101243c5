namespace JaccardKernels.Gpu;

/// <summary>
/// Marks a static method that runs on the device, explicitly grouped, with one structure of operands as its parameter. What it says here is what
/// a compiler needs that has no launch to look at.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GpuKernelAttribute : Attribute
{
    /// <summary>Threads of a group, unless a type argument that is an <see cref="IGroup"/> decides them; 256 if nothing is said.</summary>
    public int GroupSize { get; init; } = GroupReduce.MaxGroupSize;

    /// <summary>The least CUDA architecture that has the kernel's instructions, as in sm_75.</summary>
    public int MinimumArchitecture { get; init; } = 75;

    /// <summary>
    /// It multiplies on tensor cores, by inline PTX whose operands go by reference: through local memory in the PTX, not in the machine code.
    /// </summary>
    public bool TensorCores { get; init; }

    /// <summary>
    /// Leaves out combinations of type arguments that no launcher uses: the name of a static method of the kernel's class,
    /// <c>bool(Type[] arguments)</c>, that says whether these are used. All are if nothing is said.
    /// </summary>
    public string? Combinations { get; init; }
}
