using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using JaccardKernels.Gpu;

namespace JaccardKernels.Engine.Gpu;

/// <summary>Compiles kernels to PTX, on any machine: no GPU and no driver takes part. Used by one thread at a time.</summary>
/// <param name="target">What the PTX is for.</param>
public sealed class PtxCompiler(PtxTarget target) : IDisposable
{
    // One context for all: most of the time of a first compilation is in the library that kernels share.
    private Context? _context;
    private PTXBackend? _backend;

    /// <summary>What the PTX is for.</summary>
    public PtxTarget Target { get; } = target;

    /// <summary>The architecture has the kernel's instructions.</summary>
    public bool Takes(GpuKernel kernel) => kernel.MinimumArchitecture <= Target.Architecture;

    /// <summary>Compiles one kernel for groups of its size.</summary>
    /// <exception cref="ArgumentException">The architecture lacks its instructions.</exception>
    /// <exception cref="InvalidOperationException">It does not compile.</exception>
    public KernelPtx Compile(GpuKernel kernel)
    {
        if (!Takes(kernel))
            throw new ArgumentException($"kernel {kernel.Name} needs sm_{kernel.MinimumArchitecture}, not {Target.ArchitectureName}.");
        try
        {
            _context ??= GpuDevices.CreateCompilerContext();
            _backend ??= new PTXBackend(
                _context, new CudaArchitecture(Target.Architecture / 10, Target.Architecture % 10),
                new CudaInstructionSet(Target.IsaMajor, Target.IsaMinor), null!);
            EntryPointDescription entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method);
            var compiled = (PTXCompiledKernel)_backend.Compile(entry, new KernelSpecialization(kernel.GroupSize, null));
            return new KernelPtx(kernel, compiled.PTXAssembly);
        }
        catch (Exception e)
        {
            // A context that met a kernel it cannot compile is of no use to the next.
            Dispose();
            throw new InvalidOperationException($"kernel {kernel.Name} does not compile for {Target}: {e.GetBaseException().Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backend?.Dispose();
        _context?.Dispose();
        (_backend, _context) = (null, null);
    }
}
