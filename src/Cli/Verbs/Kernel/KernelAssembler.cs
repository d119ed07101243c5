using System.Text.RegularExpressions;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Cli.Verbs;

/// <summary>Turns PTX into machine code and reads it, with NVIDIA's tools.</summary>
/// <param name="target">What the PTX is for.</param>
/// <param name="ptxas">The assembler.</param>
/// <param name="cuobjdump">The disassembler.</param>
/// <param name="cancellation">Ends the tools.</param>
internal sealed partial class KernelAssembler(PtxTarget target, ExternalTool ptxas, ExternalTool cuobjdump, CancellationToken cancellation)
{
    // The tools take a core and some hundred megabytes each.
    private const int AtOnce = 2;

    /// <summary>The assembler's version, once both tools have been found to be there.</summary>
    /// <exception cref="VerbFailedException">One is not.</exception>
    public string Version()
    {
        cuobjdump.Run(cancellation, "--version");
        Match version = Release().Match(ptxas.Run(cancellation, "--version"));
        return version.Success ? $"ptxas {version.Groups[1].Value}" : throw new VerbFailedException("ptxas: its --version names no release.");
    }

    /// <summary>Assembles kernels, two at a time, and reads their machine code.</summary>
    /// <returns>In the order of <paramref name="kernels"/>.</returns>
    /// <exception cref="VerbFailedException">A tool fails.</exception>
    /// <exception cref="InvalidDataException">A tool wrote something unexpected; the message names the kernel.</exception>
    public IReadOnlyList<KernelMachineCode> Assemble(IReadOnlyList<KernelPtx> kernels, Action<GpuKernel, int> progress)
    {
        string folder = Directory.CreateTempSubdirectory("jk-kernels-").FullName;
        try
        {
            var results = new KernelMachineCode[kernels.Count];
            int done = 0;
            Lock reporting = new();
            Parallel.For(0, kernels.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, i =>
            {
                results[i] = Assemble(kernels[i], Path.Combine(folder, $"{i}"));
                lock (reporting) progress(kernels[i].Kernel, ++done);
            });
            return results;
        }
        catch (AggregateException exception)
        {
            // One line for a person: the first failure.
            throw new VerbFailedException(exception.InnerExceptions[0].Message, exception);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private KernelMachineCode Assemble(KernelPtx ptx, string path)
    {
        File.WriteAllText($"{path}.ptx", ptx.Text);
        string said = ptxas.Run(cancellation, $"-arch={target.ArchitectureName}", "-v", $"{path}.ptx", "-o", $"{path}.cubin");
        string listing = cuobjdump.Run(cancellation, "--dump-sass", $"{path}.cubin");
        try
        {
            return KernelMachineCode.Read(ptx.Kernel, Multiprocessor.Of(target.Architecture), said, listing);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"kernel {ptx.Kernel.Name}: {exception.Message}", exception);
        }
    }

    [GeneratedRegex(@"release [\d.]+, V([\d.]+)")]
    private static partial Regex Release();
}
