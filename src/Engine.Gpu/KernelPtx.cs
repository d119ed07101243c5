using System.Globalization;
using System.Text.RegularExpressions;
using JaccardKernels.Gpu;

namespace JaccardKernels.Engine.Gpu;

/// <summary>A kernel as PTX.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Text">The PTX.</param>
public sealed partial record KernelPtx(GpuKernel Kernel, string Text)
{
    /// <summary>Shared memory of a group in bytes, as declared.</summary>
    public int SharedBytes { get; } = SharedArray().Matches(Text).Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\.shared[^;\[]*\.b8[^;\[]*\[(\d+)\]")]
    private static partial Regex SharedArray();
}
