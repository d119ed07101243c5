using System.Reflection;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.Gpu;

public class PtxCompilerTests
{
    [Test]
    public void WhatWasCompiledBeforeDoesNotMatter()
    {
        GpuKernel kernel = Kernel("Gemm.Registers[Tile16]");
        using PtxCompiler fresh = new(new PtxTarget(80)), used = new(new PtxTarget(80));
        _ = used.Compile(Kernel("HammingDistance.Matrix[Tile16]"));
        AssertSame(used.Compile(kernel), fresh.Compile(kernel));
    }

    [Test]
    public void AKernelThatDoesNotCompileIsNamedAndLeavesTheNextAlone()
    {
        MethodInfo method = typeof(PtxCompilerTests).GetMethod(nameof(Refused), BindingFlags.Static | BindingFlags.NonPublic)!;
        using PtxCompiler compiler = new(new PtxTarget(80)), fresh = new(new PtxTarget(80));
        Assert.That(
            () => compiler.Compile(new GpuKernel("Tests.Refused", method, 256, 75, TensorCores: false)),
            Throws.InvalidOperationException.With.Message.StartsWith("kernel Tests.Refused does not compile for sm_80, PTX 7.8: "));
        GpuKernel kernel = Kernel("Fill.Assign");
        AssertSame(compiler.Compile(kernel), fresh.Compile(kernel));
    }

    [Test]
    public void ALaterArchitectureIsAsked()
    {
        using var compiler = new PtxCompiler(new PtxTarget(75));
        GpuKernel kernel = Kernel("Fill.Assign") with { MinimumArchitecture = 80 };
        Assert.That(compiler.Takes(kernel), Is.False);
        Assert.That(() => compiler.Compile(kernel), Throws.ArgumentException.With.Message.EqualTo("kernel Fill.Assign needs sm_80, not sm_75."));
    }

    [TestCase("sm_75", "6.3", 75, 6, 3)]
    [TestCase("sm_80", "7.8", 80, 7, 8)]
    [TestCase("sm_90", "8.4", 90, 8, 4)]
    public void TargetsAreRead(string architecture, string isa, int number, int major, int minor) =>
        Assert.That(PtxTarget.Parse(architecture, isa), Is.EqualTo(new PtxTarget(number, major, minor)));

    [TestCase("sm_61", "7.8", "'sm_61' is unknown; there are sm_75, sm_80, sm_90.")]
    [TestCase("sm_80", "7.9", "'7.9' is unknown")]
    [TestCase("sm_90", "7.7", "PTX 7.7 does not know sm_90; the least version that does is 7.8.")]
    public void OtherTargetsAreRefused(string architecture, string isa, string message) =>
        Assert.That(() => PtxTarget.Parse(architecture, isa), Throws.ArgumentException.With.Message.Contains(message));

    [TestCase("Gemm.Product[Tile16]", "Gemm.Product-Tile16.ptx")]
    [TestCase("Gemm.Tiled[Tile128x128,Transposed<Single,Patch>]", "Gemm.Tiled-Tile128x128-Transposed_Single-Patch_.ptx")]
    public void FilesAreNamedAfterKernels(string kernel, string file) => Assert.That(KernelFileName.Of(kernel, ".ptx"), Is.EqualTo(file));

    [Test]
    public void FileNamesAreShortAndDifferent()
    {
        string tail = new('x', 200);
        string a = KernelFileName.Of($"Gemm.Tiled[{tail}A]", ".ptx"), b = KernelFileName.Of($"Gemm.Tiled[{tail}B]", ".ptx");
        Assert.That((a.Length, b.Length, a[..91] == b[..91], a == b), Is.EqualTo((104, 104, true, false)));
        Assert.That(GpuKernels.All.Select(kernel => KernelFileName.Of(kernel.Name, ".ptx").ToUpperInvariant()), Is.Unique);
    }

    private static void AssertSame(KernelPtx a, KernelPtx b) =>
        Assert.That(CompiledKernels.WithoutNumbers(a.Text), Is.EqualTo(CompiledKernels.WithoutNumbers(b.Text)));

    // Strings do not exist on a device.
    private static void Refused(int o) => Console.WriteLine($"{o}");

    private static GpuKernel Kernel(string name) => GpuKernels.All.Single(kernel => kernel.Name == name);
}
