using System.CommandLine;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>A kernel written as PTX.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="File">The file.</param>
/// <param name="SharedBytes">Shared memory of a group.</param>
/// <param name="GroupSize">Threads of a group.</param>
internal sealed record PtxFile(string Kernel, string File, int SharedBytes, int GroupSize);

/// <summary>What <c>jk kernel ptx</c> reports.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Isa">The version of the PTX language.</param>
/// <param name="Kernels">What was written.</param>
/// <param name="LeftOut">Kernels that need a later architecture.</param>
internal sealed record KernelPtxReport(string Architecture, string Isa, IReadOnlyList<PtxFile> Kernels, IReadOnlyList<string> LeftOut);

/// <summary><c>jk kernel ptx</c>.</summary>
internal sealed class KernelPtxVerb : Verb
{
    private readonly CompiledKernelOptions _kernels;
    private readonly Option<string> _out;

    public KernelPtxVerb()
        : base(
            "ptx", "Writes the GPU kernels as PTX, a file each. No GPU takes part.",
            "jk kernel ptx --out ptx", "jk kernel ptx Gemm --arch sm_90 --out ptx")
    {
        _kernels = new CompiledKernelOptions(this);
        _out = Required<string>("--out", "DIR", "The folder for the files; made if it does not exist.");
    }

    public override void Run(VerbContext context)
    {
        PtxTarget target = _kernels.Target(context);
        IReadOnlyList<GpuKernel> kernels = _kernels.Select(context);
        string folder = context.Get(_out);
        using var compiler = new PtxCompiler(target);
        IReadOnlyList<KernelPtx> compiled = CompiledKernelOptions.Compile(context, compiler, kernels);
        Directory.CreateDirectory(folder);
        PtxFile[] files = [.. compiled.Select(ptx => Write(folder, ptx))];
        string[] leftOut = [.. kernels.Where(kernel => !compiler.Takes(kernel)).Select(kernel => kernel.Name)];
        var report = new KernelPtxReport(target.ArchitectureName, target.IsaName, files, leftOut);
        context.Report(report, JkJson.Default.KernelPtxReport, console => Show(console, report));
    }

    private static PtxFile Write(string folder, KernelPtx ptx)
    {
        string path = Path.Combine(folder, KernelFileName.Of(ptx.Kernel.Name, ".ptx"));
        AtomicFile.WriteAllText(path, ptx.Text);
        return new PtxFile(ptx.Kernel.Name, path, ptx.SharedBytes, ptx.Kernel.GroupSize);
    }

    private static void Show(IAnsiConsole console, KernelPtxReport report)
    {
        Table table = Tables.Create("kernel", ">threads of a group", ">shared bytes", "file");
        foreach (PtxFile file in report.Kernels) table.Row(file.Kernel, $"{file.GroupSize}", $"{file.SharedBytes}", file.File);
        console.Write(table);
        if (report.LeftOut.Count > 0) console.WriteLine($"Left out, for a later architecture: {string.Join(", ", report.LeftOut)}");
    }
}
