using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.MachineCode;

public class MachineCodeTableTests
{
    private const string Spilling = """
            16 bytes stack frame, 8 bytes spill stores, 12 bytes spill loads
        ptxas info    : Used 255 registers, 400 bytes cmem[0]
        """;

    [Test]
    public void HasARowForEachKernelAndNamesEachOperationOnce()
    {
        string text = Write(
            Read("ReduceColumns.Sum", RecordedListings.Ptxas, RecordedListings.ColumnSums),
            Read("Add.Sum", Spilling, "/*0000*/ STL [R1], R2 ;\n/*0010*/ EXIT ;"),
            Read("ReduceColumns.Other[Tile4]", RecordedListings.Ptxas, "/*0000*/ FFMA R1, R1, R1, R1 ;\n/*0010*/ EXIT ;"));
        string[] rows = [.. text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        Assert.That(rows[..3], Is.EqualTo(new[]
        {
            "| Add | `Sum` | 256 | 255 | 0 | 13 %, registers | none, 2 |  |  |  |  |  |  |  | 50 % |  | 50 % | issue slots |",
            "| ReduceColumns | `Other[Tile4]` | 256 | 43 | 8320 | 63 %, registers | none, 2 | 50 % |  |  |  |  |  |  |  |  | 50 % | FP32 |",
            "|  | `Sum` | 256 | 43 | 8320 | 63 %, registers | 8 |  |  |  |  | 13 % |  |  |  | 63 % | 25 % | memory |",
        }));
        Assert.That(text, Does.Contain("| `Add.Sum` | stack 16 B, spills 8 + 12 B, 1 LDL/STL |"));
        Assert.That(text, Does.Contain("3 kernels for sm_80, PTX 7.8, assembled by ptxas 11.8"));
        Assert.That(text, Does.Contain("lacks their instructions: X.Y."));
    }

    [Test]
    public void SaysThatNoKernelUsesLocalMemory() =>
        Assert.That(Write(Read("Add.Sum", RecordedListings.Ptxas, RecordedListings.ColumnSums)), Does.Contain("none does").And.Not.Contain("## "));

    [TestCase("LDL.64 R2, [R1]")]
    [TestCase("STL [R1], R2")]
    public void LocalAccessAloneIsNotClean(string instruction)
    {
        KernelMachineCode kernel = Read("Add.Sum", RecordedListings.Ptxas, $"/*0000*/ {instruction} ;\n/*0010*/ EXIT ;");
        Assert.That((kernel.IsClean, kernel.LocalAccesses), Is.EqualTo((false, 1)));
    }

    private static string Write(params KernelMachineCode[] kernels) => MachineCodeTable.Write(new PtxTarget(80), "ptxas 11.8", kernels, ["X.Y"]);

    private static KernelMachineCode Read(string name, string ptxas, string listing) =>
        KernelMachineCode.Read(GpuKernels.All[0] with { Name = name, GroupSize = 256 }, Multiprocessor.Of(80), ptxas, listing);
}
