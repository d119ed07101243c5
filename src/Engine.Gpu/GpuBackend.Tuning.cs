using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine.Gpu;

public sealed partial class GpuBackend
{
    /// <summary>What tuned choices of this device are kept under, from this very device to all of its kind: <c>cuda sm_90</c>, <c>cuda</c>.</summary>
    public IReadOnlyList<string> TuningKeys { get; }

    /// <summary>Lets tables decide what computes a problem, in their order, each from this very device to all of its kind.</summary>
    internal void Use(IReadOnlyList<TuningTable> tables)
    {
        _queue.Tuned = (operation, problems) => Find(tables, operation, problems);
        foreach (KernelLadder ladder in Ladders) ladder.Forget();
    }

    private KernelChoice? Find(IReadOnlyList<TuningTable> tables, string operation, string problems)
    {
        foreach (TuningTable table in tables)
        {
            foreach (string key in TuningKeys)
            {
                if (table.Find(key, operation, ProductMath, problems) is { } choice && IsAllowed(operation, choice)) return choice;
            }
        }
        return null;
    }

    // A table of another version may mean another variant by a number: one that rounds more than was asked for must not run.
    private bool IsAllowed(string operation, KernelChoice choice) =>
        Ladders.First(ladder => ladder.Operation == operation).Variants.ElementAtOrDefault(choice.Variant - 1) is { } variant
        && ProductMaths.Allows(ProductMath, variant.Math);

    private static string[] KeysOf(Accelerator accelerator, string kind) => accelerator is CudaAccelerator cuda
        ? [$"{kind} {ArchitectureOf(cuda)} {cuda.Name}", $"{kind} {ArchitectureOf(cuda)}", kind]
        : [$"{kind} {accelerator.Name}", kind];

    // As the assembler names it: sm_90.
    private static string ArchitectureOf(CudaAccelerator cuda) => $"sm_{cuda.Architecture.Major}{cuda.Architecture.Minor}";
}
