using System.CommandLine;
using JaccardKernels.Cases;
using JaccardKernels.Engine;

namespace JaccardKernels.Cli.Verbs;

/// <summary>An array read or written.</summary>
/// <param name="Operand">The operand.</param>
/// <param name="Type">Its elements.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="File">The file.</param>
internal sealed record OperandFile(string Operand, string Type, IReadOnlyList<int> Shape, string File)
{
    public override string ToString() => $"{File} ({Type} [{string.Join(',', Shape)}])";
}

/// <summary>What <c>jk kernel run</c> reports.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Problem">The problem.</param>
/// <param name="Device">Where it ran.</param>
/// <param name="Inputs">What was read.</param>
/// <param name="Outputs">What was written.</param>
internal sealed record KernelRunReport(
    string Operation, string Problem, string Device, IReadOnlyList<OperandFile> Inputs, IReadOnlyList<OperandFile> Outputs);

/// <summary><c>jk kernel run</c>.</summary>
internal sealed class KernelRunVerb : Verb
{
    private readonly Argument<string?> _name = KernelOptions.CreateName(required: true);
    private readonly Option<string> _problem, _out;
    private readonly Option<string[]> _in;
    private readonly DeviceOptions _device;

    public KernelRunVerb()
        : base(
            "run",
            "Runs one operation on arrays of yours, to be compared with another tool. " +
            "Every output is written as NAME.npy. The inputs are the operands that " +
            "are read, in order, those that are accumulated into or updated among them (their values before); without --in, the error lists them. " +
            "Words of bits are uint64 [N,words], or uint8 [N,8 words] as faiss has them.",
            "jk kernel run Gemm --problem m64n32k128 --in A.npy B.npy --out results",
            "jk kernel run HammingTopK --problem q100n50000b64k10 --in Q.npy D.npy --out results --device cuda")
    {
        Arguments.Add(_name);
        _problem = Required<string>("--problem", "P", "The problem, such as m64n32k128.");
        _in = new Option<string[]>("--in") { HelpName = "A.npy B.npy", Description = "The inputs.", AllowMultipleArgumentsPerToken = true };
        Options.Add(_in);
        _out = Required<string>("--out", "DIR", "The folder for the outputs; made if it does not exist.");
        _device = new DeviceOptions(this, reference: true);
    }

    public override void Run(VerbContext context)
    {
        OperationInstance instance = CaseCatalog.Find(context.Get(_name)!).Parse(context.Get(_problem));
        Operand[] read = [.. instance.Operands.Where(operand => operand.IsRead && operand.Length > 0)];
        Operand[] written = [.. instance.Operands.Where(operand => operand.IsWritten && operand.Length > 0)];
        string[] files = context.Get(_in) ?? [];
        if (files.Length != read.Length)
        {
            string needed = string.Join(", ", read.Select(operand => $"{operand.Name} {OperandArrays.Describe(operand)}"));
            throw new ArgumentException($"{instance} reads {read.Length} arrays: {needed}; {files.Length} were given.");
        }
        Array[] inputs = [.. read.Zip(files, OperandArrays.Read)];
        string folder = context.Get(_out);
        using IBackend backend = _device.Open(context);
        IReadOnlyList<Array> outputs = instance.RunWith(backend, inputs);
        Directory.CreateDirectory(folder);
        string[] targets = [.. written.Select(operand => Path.Combine(folder, $"{operand.Name}.npy"))];
        for (int i = 0; i < targets.Length; i++) OperandArrays.Write(targets[i], written[i], outputs[i]);
        var report = new KernelRunReport($"{instance.Case}", $"{instance.Problem}", backend.Info.Kind, Files(read, files), Files(written, targets));
        context.Report(report, JkJson.Default.KernelRunReport, console => console.WriteFacts(
        [
            ("ran", $"{instance} on {report.Device}"),
            .. report.Inputs.Select(input => ($"read {input.Operand}", $"{input}")),
            .. report.Outputs.Select(output => ($"wrote {output.Operand}", $"{output}")),
        ]));
    }

    private static OperandFile[] Files(Operand[] operands, string[] files) =>
        [.. operands.Zip(files, (operand, file) => new OperandFile(operand.Name, OperandArrays.TypeName(operand), operand.Shape, file))];
}
