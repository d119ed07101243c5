using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Tests.MachineCode;

/// <summary>Against clocks counted by hand.</summary>
public class LoopBoundTests
{
    [Test]
    public void IssueSlotsBindAProductOfManyAddresses()
    {
        // 44 instructions, 11 clocks; 16 FFMA on 64 lanes, 8; 8 LDS of 128 bytes, 8; 19 integers on 64 lanes, 9.5.
        LoopBound bound = Of(80, [
            .. Listing.Times(16, "FFMA R0, R1, R2, R0"), .. Listing.Times(8, "LDS R1, [R2]"),
            .. Listing.Times(19, "IADD3 R1, R2, R3, RZ"), "BRA 0x0"]);
        Assert.That(bound, Is.EqualTo(new LoopBound("issue slots", 11, "FP32", 8.0 / 11)));
        Assert.That($"{bound}", Is.EqualTo("issue slots: FP32 at most 73 %"));
    }

    [TestCase(75, 64.0 / 2, "FP32", 1.0)]
    [TestCase(80, 64.0 / 2, "FP32", 1.0)]
    // 128 lanes: 16 clocks, as much as 69 instructions take, 17.25.
    [TestCase(90, 69.0 / 4, "issue slots", 16 / 17.25)]
    public void AnEightByEightTileIsBoundByItsMultiplyAdds(int architecture, double clocks, string part, double ceiling)
    {
        LoopBound bound = Of(architecture, [.. Listing.Times(64, "FFMA R0, R1, R2, R0"), .. Listing.Times(4, "LDS.128 R4, [R2]"), "BRA 0x0"]);
        Assert.That((bound.Part, bound.Clocks, bound.Ceiling), Is.EqualTo((part, clocks, ceiling)));
    }

    // 8 instructions of 16 x 8 x 16 = 2048, 16 clocks at 1024; two LDSM of four matrices, 512 bytes each, 8 clocks.
    [TestCase(80, "HMMA.16816.F32", 16, "tensor cores")]
    [TestCase(80, "HMMA.1688.F32.TF32", 16, "tensor cores")]
    [TestCase(80, "IMMA.16832.S8.S8", 16, "tensor cores")]
    [TestCase(80, "HMMA.1688.F32", 8, "tensor cores")]
    [TestCase(90, "HMMA.16816.F32", 8, "tensor cores")]
    [TestCase(75, "HMMA.1688.F32", 16, "tensor cores")]
    public void TensorCoresAreChargedByShape(int architecture, string opcode, double clocks, string part)
    {
        LoopBound bound = Of(architecture, [.. Listing.Times(8, $"{opcode} R0, R4, R8, R0"), .. Listing.Times(2, "LDSM.16.M88.4 R4, [R2]")]);
        Assert.That((bound.Part, bound.Clocks), Is.EqualTo((part, clocks)));
    }

    [Test]
    public void AnUnknownShapeIsRefused() =>
        Assert.That(() => Of(80, ["HMMA.777.F32 R0, R4, R8, R0"]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("HMMA.777"));

    [Test]
    public void PopulationCountsBindWhereTheyAreMany()
    {
        // 16 lanes: two clocks each.
        LoopBound bound = Of(90, [.. Listing.Times(32, "POPC R1, R1"), .. Listing.Times(64, "LOP3.LUT R1, R2, R3, RZ, 0x3c, !PT")]);
        Assert.That(bound, Is.EqualTo(new LoopBound("POPC", 64, "POPC", 1)));
    }

    [Test]
    public void LoadsAreTheMemorysUnlessTheyAreStaged()
    {
        // 512 bytes a warp: at 10.2 bytes from memory; at 32 from the cache, where they go on to shared memory.
        LoopBound scan = Of(80, ["LDG.E.128 R4, [R2.64]", "FADD R0, R0, R4"]);
        LoopBound tile = Of(80, ["LDG.E.128 R4, [R2.64]", "STS.128 [R8], R4", "FADD R0, R0, R4"]);
        Assert.That((scan.Part, scan.Clocks), Is.EqualTo(("memory", 512 / 10.2)));
        Assert.That($"{scan}", Is.EqualTo("memory"));
        Assert.That(tile, Is.EqualTo(new LoopBound("cache", 16, "FP32", 0.5 / 16)));
        Assert.That(Of(80, ["LDGSTS.E.128 [R4], [R2.64]"]).Part, Is.EqualTo("cache"));
        Assert.That(Of(80, ["LDG.E.U8 R4, [R2.64]"]).Clocks, Is.EqualTo(32 / 10.2));
    }

    private static LoopBound Of(int architecture, string[] lines) => LoopBound.Of(Listing.Of(lines), Multiprocessor.Of(architecture));
}
