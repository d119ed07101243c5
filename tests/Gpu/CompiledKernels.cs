using System.Text.RegularExpressions;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.Gpu;

/// <summary>Every kernel as PTX, compiled once for each architecture whichever test asks first.</summary>
internal static partial class CompiledKernels
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<int, PtxCompiler> s_compilers = [];
    private static readonly Dictionary<(string Kernel, int Architecture), KernelPtx> s_compiled = [];

    public static KernelPtx Get(GpuKernel kernel, int architecture)
    {
        lock (s_lock)
        {
            if (s_compiled.TryGetValue((kernel.Name, architecture), out KernelPtx? found)) return found;
            if (!s_compilers.TryGetValue(architecture, out PtxCompiler? compiler))
                s_compilers[architecture] = compiler = new PtxCompiler(new PtxTarget(architecture));
            return s_compiled[(kernel.Name, architecture)] = compiler.Compile(kernel);
        }
    }

    /// <summary>PTX without the numbers of its labels and parameters: ILGPU counts them through the life of a process.</summary>
    public static string WithoutNumbers(string ptx) => Number().Replace(ptx, "_");

    [GeneratedRegex(@"_\d+\b")]
    private static partial Regex Number();
}
