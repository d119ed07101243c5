using System.Globalization;
using System.Text;

namespace JaccardKernels.Engine.Gpu;

/// <summary>The report on the machine code of all kernels, in Markdown.</summary>
public static class MachineCodeTable
{
    private static readonly InstructionKind[] s_kinds = Enum.GetValues<InstructionKind>();

    /// <summary>Writes the report: what was used, a row for each kernel, and how to read it.</summary>
    /// <param name="target">What was compiled for.</param>
    /// <param name="assembler">The assembler's version.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="leftOut">Names of kernels that the architecture lacks instructions for.</param>
    public static string Write(PtxTarget target, string assembler, IReadOnlyList<KernelMachineCode> kernels, IReadOnlyList<string> leftOut)
    {
        StringBuilder text = new();
        string outcome = kernels.All(kernel => kernel.IsClean) ? "none does" : "the last table lists those that do";
        text.Append($"""
            # GPU kernels as machine code

            {kernels.Count} kernels for {target}, assembled by {assembler}; no GPU takes part. Written by
            `kernels/Gpu/report.sh`, which fails if a kernel uses local memory: {outcome}.


            """);
        if (leftOut.Count > 0)
            text.Append($"Left out, because {target.ArchitectureName} lacks their instructions: {string.Join(", ", leftOut)}.\n\n");
        AppendTable(text, kernels);
        text.Append('\n').Append(MachineCodeLegend.Write(Multiprocessor.Of(target.Architecture)));
        if (!kernels.All(kernel => kernel.IsClean)) AppendLocalMemory(text, kernels);
        return text.ToString();
    }

    private static void AppendTable(StringBuilder text, IReadOnlyList<KernelMachineCode> kernels)
    {
        string[] names = ["operation", "kernel", "threads", "registers", "shared", "occupancy", "loop", .. s_kinds.Select(Header), "bound"];
        AppendRow(text, names);
        AppendRow(text, names.Select(name => name is "operation" or "kernel" or "bound" ? "---" : "---:"));
        string? operation = null;
        foreach (KernelMachineCode kernel in kernels.OrderBy(kernel => kernel.Kernel.Name, StringComparer.Ordinal))
        {
            string[] parts = kernel.Kernel.Name.Split('.', 2);
            AppendRow(text, [
                parts[0] == operation ? "" : parts[0], $"`{parts[1]}`", $"{kernel.Kernel.GroupSize}", $"{kernel.Resources.Registers}",
                $"{kernel.Resources.SharedBytes}", OccupancyText(kernel.Occupancy),
                kernel.HasLoop ? $"{kernel.Mix.Total}" : $"none, {kernel.Mix.Total}",
                .. s_kinds.Select(kind => Share(kernel.Mix, kind)), $"{kernel.Bound}",
            ]);
            operation = parts[0];
        }
    }

    private static void AppendLocalMemory(StringBuilder text, IReadOnlyList<KernelMachineCode> kernels)
    {
        text.Append("\n## Kernels that use local memory\n\n");
        AppendRow(text, ["kernel", "local memory"]);
        AppendRow(text, ["---", "---"]);
        foreach (KernelMachineCode kernel in kernels.Where(kernel => !kernel.IsClean))
            AppendRow(text, [$"`{kernel.Kernel.Name}`", kernel.LocalMemory]);
    }

    private static void AppendRow(StringBuilder text, params IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Header(InstructionKind kind) => kind switch
    {
        InstructionKind.Local => "LDL/STL",
        InstructionKind.Integer => "integer",
        InstructionKind.Other => "other",
        _ => $"{kind}".ToUpperInvariant(),
    };

    private static string Share(InstructionMix mix, InstructionKind kind) =>
        mix[kind] == 0 ? "" : Percent(mix.Share(kind));

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    private static string OccupancyText(Occupancy occupancy) => Percent(occupancy.Share) + occupancy.Limit switch
    {
        OccupancyLimit.Registers => ", registers",
        OccupancyLimit.SharedMemory => ", shared memory",
        OccupancyLimit.Groups => ", groups",
        _ => "",
    };
}
