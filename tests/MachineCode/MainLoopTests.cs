using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Tests.MachineCode;

public class MainLoopTests
{
    [Test]
    public void OfColumnSumsIsTheWalkOverRowsNotTheReduction()
    {
        MainLoop loop = MainLoop.Find(SassInstruction.Parse(RecordedListings.ColumnSums));
        Assert.That(loop.IsLoop);
        Assert.That((loop.Instructions[0].Address, loop.Instructions[^1].Address), Is.EqualTo((0x390, 0x400)));
        var mix = new InstructionMix(loop.Instructions);
        // IMAD.MOV, IMAD, IMAD.WIDE, IMAD.IADD, ISETP; LDG; FADD and BRA.
        Assert.That((mix.Total, mix[InstructionKind.Integer], mix[InstructionKind.Ldg], mix[InstructionKind.Other]), Is.EqualTo((8, 5, 1, 2)));
        Assert.That(mix.Share(InstructionKind.Integer), Is.EqualTo(0.625));
    }

    [Test]
    public void OfNestedLoopsIsTheOneThatMultipliesWithoutThoseWithin()
    {
        // The product is unrolled into the outer loop; the inner one stages operands.
        IReadOnlyList<SassInstruction> code = Listing.Of([
            "outer:", "IADD3 R1, R1, R2, RZ", "inner:", "LDG.E R3, [R4]", "STS [R5], R3", "@P0 BRA <inner>", "BAR.SYNC 0x0",
            .. Listing.Times(40, "FFMA R6, R7, R8, R6"), "@P1 BRA <outer>", "EXIT", "pad:", "BRA <pad>"]);
        MainLoop loop = MainLoop.Find(code);
        Assert.That(loop.Instructions.Select(i => i.Name), Is.EqualTo(new[] { "IADD3", "BAR" }.Concat(Enumerable.Repeat("FFMA", 40)).Append("BRA")));
    }

    [Test]
    public void AnInnerLoopCountsForEightPasses()
    {
        // 1 + 1 in the inner loop, eight times, against 1 + 14 outside of it, and against 1 + 16.
        Assert.That(Find(14).Instructions, Has.Count.EqualTo(2));
        Assert.That(Find(16).Instructions, Has.Count.EqualTo(17));

        static MainLoop Find(int outside) => MainLoop.Find(Listing.Of([
            "outer:", .. Listing.Times(outside, "FMUL R1, R1, R2"), "inner:", "FADD R3, R3, R1", "@P0 BRA <inner>", "@P1 BRA <outer>", "EXIT"]));
    }

    [Test]
    public void RareCodeBehindTheEndIsNoLoopThoughItJumpsBack()
    {
        MainLoop loop = MainLoop.Find(Listing.Of(
            "MOV R1, R2", "@P0 BRA <rare>", "back:", "FADD R1, R1, R1", "EXIT", "rare:", "FMUL R1, R1, R1", "BRA <back>", "pad:", "BRA <pad>"));
        Assert.That(loop.IsLoop, Is.False);
        Assert.That(loop.Instructions.Select(i => i.Name), Is.EqualTo(new[] { "MOV", "BRA", "FADD", "EXIT", "FMUL", "BRA" }), "all but the padding");
    }

    [Test]
    public void ThreadsThatReconvergeElsewhereGoWhereTheBarrierSays()
    {
        // Half of the threads wait in code behind the end, and the loop goes on only through their barrier.
        MainLoop loop = MainLoop.Find(Listing.Of(
            "head:", "BSSY B0, <join>", "@P0 BRA <rare>", "EXIT", "join:", "IADD3 R1, R1, R1, RZ", "@P1 BRA <head>", "EXIT", "rare:",
            "POPC R2, R2", "BSYNC B0"));
        Assert.That(loop.Instructions.Select(i => i.Name), Is.EqualTo(new[] { "BSSY", "BRA", "IADD3", "BRA", "POPC", "BSYNC" }));
    }

    [Test]
    public void ALoopWithTwoWaysBackIsOne()
    {
        MainLoop loop = MainLoop.Find(Listing.Of("head:", "POPC R1, R1", "@P0 BRA <head>", "IADD3 R2, R2, R1, RZ", "@P1 BRA <head>", "EXIT"));
        Assert.That(loop.Instructions, Has.Count.EqualTo(4));
    }

    [Test]
    public void JumpsThroughTablesAreRefused() =>
        Assert.That(() => MainLoop.Find(Listing.Of("BRX R2", "EXIT")), Throws.TypeOf<InvalidDataException>().With.Message.Contains("table"));
}
