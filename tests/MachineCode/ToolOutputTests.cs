using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Tests.MachineCode;

/// <summary>Reading what NVIDIA's tools write.</summary>
public class ToolOutputTests
{
    [Test]
    public void ResourcesAreRead() => Assert.That(ResourceUsage.Parse(RecordedListings.Ptxas), Is.EqualTo(new ResourceUsage(43, 0, 0, 0, 8320)));

    [Test]
    public void ResourcesOfKernelsWithoutSharedMemoryAndWithSpills()
    {
        const string Output = """
            ptxas info    : Function properties for helper
                8 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
            ptxas info    : Function properties for Kernel_Spilling
                136 bytes stack frame, 64 bytes spill stores, 92 bytes spill loads
            ptxas info    : Used 255 registers, 400 bytes cmem[0]
            """;
        Assert.That(ResourceUsage.Parse(Output), Is.EqualTo(new ResourceUsage(255, 136, 64, 92, 0)));
        Assert.That(() => ResourceUsage.Parse("ptxas fatal   : no input"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("registers"));
    }

    [Test]
    public void InstructionsAreRead()
    {
        const string Listing = """
                    /*0000*/                   IMAD.MOV.U32 R1, RZ, RZ, c[0x0][0x28] ;                 /* 0x00000a00ff017624 */
                                                                                                       /* 0x000fe200078e00ff */
                    /*0010*/              @!P2 LDG.E.128.CONSTANT R8, [R2.64+0x10] ;                   /* 0x0000000402088981 */
                    /*0020*/              @UP0 BRA !P1, 0x1a0 ;
                    /*0030*/                   BRA 0x30;
            """;
        IReadOnlyList<SassInstruction> code = SassInstruction.Parse(Listing);
        Assert.That(code.Select(i => (i.Address, i.Predicate, i.Opcode, i.Operands, i.Name)), Is.EqualTo(new[]
        {
            (0x00, "", "IMAD.MOV.U32", "R1, RZ, RZ, c[0x0][0x28]", "IMAD"),
            (0x10, "@!P2", "LDG.E.128.CONSTANT", "R8, [R2.64+0x10]", "LDG"),
            (0x20, "@UP0", "BRA", "!P1, 0x1a0", "BRA"),
            (0x30, "", "BRA", "0x30", "BRA"),
        }));
        Assert.That((code[2].Target, code[3].Target), Is.EqualTo((0x1a0, 0x30)));
        Assert.That((code[2].IsConditional, code[3].IsConditional), Is.EqualTo((true, false)));
        Assert.That((code[2] with { Predicate = "" }).IsConditional, "a branch with a predicate among its operands");
        Assert.That(() => code[1].Target, Throws.TypeOf<InvalidDataException>().With.Message.Contains("0010"));
    }

    [Test]
    public void ListingsThatAreNoneAreRefused()
    {
        Assert.That(() => SassInstruction.Parse("no code"), Throws.TypeOf<InvalidDataException>());
        Assert.That(
            () => SassInstruction.Parse("/*0000*/ NOP ;\n/*0010*/ EXIT ;\n/*0000*/ EXIT ;"),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("0000 follows 0010"));
    }
}
