using System.CommandLine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Cli.Verbs;

/// <summary>Which GPU kernels, and for what: what the verbs that compile them share.</summary>
internal sealed class CompiledKernelOptions
{
    private readonly Argument<string?> _name = new("kernel")
    {
        HelpName = "NAME",
        Description = "A part of the kernels' names, such as Gemm or [Tile16]; all if left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _architecture, _isa;

    /// <summary>Adds the options to a verb.</summary>
    public CompiledKernelOptions(Command verb)
    {
        _architecture = Option("--arch", string.Join('|', PtxTarget.Architectures.Select(a => $"sm_{a}")), "sm_80", "The CUDA architecture.");
        _isa = Option("--isa", "V", "7.8", "The version of the PTX language.");
        verb.Arguments.Add(_name);
        verb.Options.Add(_architecture);
        verb.Options.Add(_isa);
    }

    /// <summary>What is compiled for.</summary>
    /// <exception cref="ArgumentException">It is unknown.</exception>
    public PtxTarget Target(VerbContext context) => PtxTarget.Parse(context.Get(_architecture), context.Get(_isa));

    /// <summary>The kernels asked for, in order of name.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public IReadOnlyList<GpuKernel> Select(VerbContext context)
    {
        string part = context.Get(_name) ?? "";
        GpuKernel[] found = [.. GpuKernels.All.Where(kernel => kernel.Name.Contains(part, StringComparison.OrdinalIgnoreCase))];
        return found.Length > 0 ? found : throw new ArgumentException($"no GPU kernel has '{part}' in its name; there are {GpuKernels.All.Count}.");
    }

    /// <summary>Compiles the kernels that the compiler's architecture takes.</summary>
    /// <exception cref="VerbFailedException">One does not compile.</exception>
    public static IReadOnlyList<KernelPtx> Compile(VerbContext context, PtxCompiler compiler, IReadOnlyList<GpuKernel> kernels)
    {
        List<KernelPtx> compiled = [];
        foreach (GpuKernel kernel in kernels.Where(compiler.Takes))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Progress.Report(() => $"{kernel.Name} ({compiled.Count} of {kernels.Count})");
            try
            {
                compiled.Add(compiler.Compile(kernel));
            }
            catch (InvalidOperationException exception)
            {
                throw new VerbFailedException(exception.Message, exception);
            }
        }
        return compiled;
    }

    private static Option<string> Option(string name, string valueName, string value, string description) =>
        new(name) { HelpName = valueName, Description = description, DefaultValueFactory = _ => value };
}
