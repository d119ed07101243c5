using System.CommandLine;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Cli.Verbs;

/// <summary>A kernel as machine code.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="GroupSize">Threads of a group.</param>
/// <param name="Registers">Registers of a thread.</param>
/// <param name="SharedBytes">Shared memory of a group.</param>
/// <param name="StackBytes">Stack frame of a thread.</param>
/// <param name="SpillStoreBytes">Registers stored to local memory.</param>
/// <param name="SpillLoadBytes">Registers loaded from it.</param>
/// <param name="LocalAccesses">LDL and STL instructions.</param>
/// <param name="Occupancy">Warps that fit over warps that a multiprocessor holds.</param>
/// <param name="LoopInstructions">Instructions of the main loop.</param>
/// <param name="Ffma">The share of FFMA among them.</param>
/// <param name="Mma">The share of HMMA and IMMA.</param>
/// <param name="Bound">What binds it.</param>
internal sealed record MachineCodeLine(
    string Kernel, int GroupSize, int Registers, int SharedBytes, int StackBytes, int SpillStoreBytes, int SpillLoadBytes, int LocalAccesses,
    double Occupancy, int LoopInstructions, double Ffma, double Mma, string Bound);

/// <summary>What <c>jk kernel report</c> reports.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Assembler">The assembler's version.</param>
/// <param name="File">The report in Markdown.</param>
/// <param name="Unclean">Kernels that use local memory.</param>
/// <param name="Kernels">All kernels.</param>
internal sealed record MachineCodeReport(string Architecture, string Assembler, string File, int Unclean, IReadOnlyList<MachineCodeLine> Kernels);

/// <summary><c>jk kernel report</c>.</summary>
internal sealed class KernelReportVerb : Verb
{
    private readonly CompiledKernelOptions _kernels;
    private readonly Option<string> _ptxas, _cuobjdump, _out;

    public KernelReportVerb()
        : base(
            "report",
            "Writes what the machine code of the GPU kernels tells: registers, occupancy, instructions of the main loop. " +
            "NVIDIA's ptxas and cuobjdump of CUDA 11.8 or later are needed, a GPU is not. Fails if a kernel uses local memory.",
            "jk kernel report --out kernels/Gpu/REPORT.md", "jk kernel report Gemm --arch sm_90 --out gemm.md --ptxas /usr/local/cuda/bin/ptxas")
    {
        _kernels = new CompiledKernelOptions(this);
        _ptxas = Default("--ptxas", "CMD", "ptxas", "The assembler, a command that may have arguments.");
        _cuobjdump = Default("--cuobjdump", "CMD", "cuobjdump", "The disassembler, likewise.");
        _out = Required<string>("--out", "FILE", "The report, in Markdown.");
    }

    public override void Run(VerbContext context)
    {
        PtxTarget target = _kernels.Target(context);
        IReadOnlyList<GpuKernel> kernels = _kernels.Select(context);
        var assembler = new KernelAssembler(
            target, new ExternalTool("ptxas", context.Get(_ptxas)), new ExternalTool("cuobjdump", context.Get(_cuobjdump)), context.Cancellation);
        string version = assembler.Version();
        using var compiler = new PtxCompiler(target);
        IReadOnlyList<KernelPtx> compiled = CompiledKernelOptions.Compile(context, compiler, kernels);
        IReadOnlyList<KernelMachineCode> assembled = assembler.Assemble(
            compiled, (kernel, done) => context.Progress.Report(() => $"{kernel.Name} ({done} of {compiled.Count} assembled)"));

        string path = context.Get(_out);
        string[] leftOut = [.. kernels.Where(kernel => !compiler.Takes(kernel)).Select(kernel => kernel.Name)];
        AtomicFile.WriteAllText(path, MachineCodeTable.Write(target, version, assembled, leftOut));
        KernelMachineCode[] unclean = [.. assembled.Where(kernel => !kernel.IsClean)];
        var report = new MachineCodeReport(target.ArchitectureName, version, path, unclean.Length, [.. assembled.Select(Line)]);
        context.Report(report, JkJson.Default.MachineCodeReport, console => console.WriteFacts(
            ("report", path), ("kernels", $"{assembled.Count} for {target}, by {version}"), ("in local memory", $"{unclean.Length}")));
        if (unclean.Length > 0)
        {
            string list = string.Join("; ", unclean.Select(kernel => $"{kernel.Kernel.Name} ({kernel.LocalMemory})"));
            throw new VerbFailedException($"{unclean.Length} of {assembled.Count} kernels use local memory: {list}.");
        }
    }

    private static MachineCodeLine Line(KernelMachineCode k) => new(
        k.Kernel.Name, k.Kernel.GroupSize, k.Resources.Registers, k.Resources.SharedBytes, k.Resources.StackBytes, k.Resources.SpillStoreBytes,
        k.Resources.SpillLoadBytes, k.LocalAccesses, k.Occupancy.Share, k.Mix.Total, k.Mix.Share(InstructionKind.Ffma),
        k.Mix.Share(InstructionKind.Mma), $"{k.Bound}");
}
