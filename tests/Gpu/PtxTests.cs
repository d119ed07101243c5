using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.Gpu;

/// <summary>What is known of the CUDA kernels without a GPU: every one compiles to PTX, which holds nothing that should not be there.</summary>
public partial class PtxTests
{
    private const int SharedLimit = 48 * 1024;

    private static readonly CudaArchitecture[] s_architectures = [CudaArchitecture.SM_80, CudaArchitecture.SM_90];

    private static IEnumerable<TestCaseData> Kernels =>
        from kernel in GpuKernels.All
        from architecture in s_architectures
        select new TestCaseData(kernel, architecture).SetArgDisplayNames(kernel.Name, $"{architecture}");

    [Test]
    public void EveryOperationHasKernels() => Assert.That(GpuKernels.All, Has.Count.GreaterThan(50));

    [TestCaseSource(nameof(Kernels))]
    public void IsCleanPtx(GpuKernel kernel, CudaArchitecture architecture)
    {
        string ptx = Compile(kernel, architecture);
        Assert.Multiple(() =>
        {
            Assert.That(ptx, Does.Not.Contain(".extern"), "a call that nothing resolves");
            Assert.That(LocalBytes(ptx), Is.EqualTo(4 * InlineResults(ptx)), "an array or a structure in slow memory");
            Assert.That(ptx, Does.Not.Contain(".f64"), "double precision");
            Assert.That(GenericAccess().IsMatch(ptx), Is.False, "a load or store that does not know its memory");
            Assert.That(SharedBytes(ptx), Is.LessThanOrEqualTo(SharedLimit));
        });
    }

    [TestCase("HammingDistance.Matrix[Tile16]", "popc.b64")]
    [TestCase("HammingDistance.Scan", "popc.b64")]
    [TestCase("SetSimilarity.Matrix[Tile16]", "popc.b64")]
    [TestCase("CountKernels.MultisetJaccard[Tile16]", "min.s32")]
    [TestCase("PackedSimilarity.Tiled[Tile16,ByteMultisets]", "vabsdiff4.u32.u32.u32.add")]
    [TestCase("PackedSimilarity.Vectors[Tile16,ByteMultisets]", "vabsdiff4.u32.u32.u32.add")]
    [TestCase("PackedSimilarity.Vectors[Tile16,ByteMultisets]", "ld.global.v4")]
    [TestCase("PackedSimilarity.Vectors[Tile16,ByteMultisets]", "ld.shared.v4")]
    [TestCase("PackedSimilarity.Vectors[Tile16,ByteMultisets]", "st.global.v4")]
    [TestCase("PackedSimilarity.Vectors[Tile16,ByteProducts]", "dp4a.u32.u32")]
    [TestCase("PackedSimilarity.Vectors[Tile16,BitSets]", "popc.b32")]
    [TestCase("PackedSimilarity.Vectors[Tile16,BitSets]", "st.global.v4")]
    [TestCase("SearchKernels.ByteMultisets", "vabsdiff4.u32.u32.u32.add")]
    [TestCase("SearchKernels.ByteMultisets", "ld.shared.v4")]
    [TestCase("SearchKernels.ByteProducts", "dp4a.u32.u32")]
    [TestCase("SearchKernels.BitSets", "popc.b32")]
    [TestCase("Gemm.Product[Tile16]", "ld.shared")]
    [TestCase("HammingSelection.Histogram", "red.add.global.u32")]
    public void UsesTheInstruction(string name, string instruction)
    {
        string ptx = Compile(GpuKernels.All.Single(kernel => kernel.Name == name), CudaArchitecture.SM_80);
        Assert.That(ptx, Does.Contain(instruction));
    }

    // A context for each: one that met a kernel it cannot compile is of no use to the next.
    private static string Compile(GpuKernel kernel, CudaArchitecture architecture)
    {
        using Context context = GpuDevices.CreateCompilerContext();
        using var backend = new PTXBackend(context, architecture, CudaInstructionSet.ISA_78, null!);
        EntryPointDescription entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method);
        return ((PTXCompiledKernel)backend.Compile(entry, new KernelSpecialization(256, null))).PTXAssembly;
    }

    // The result of an instruction written in line passes through four bytes of local memory in the PTX; the assembler takes them away.
    private static int InlineResults(string ptx) => InlineInstruction().Count(ptx);

    private static int LocalBytes(string ptx) => LocalArray().Matches(ptx).Sum(match => int.Parse(match.Groups[1].Value));

    private static int SharedBytes(string ptx) => SharedArray().Matches(ptx).Sum(match => int.Parse(match.Groups[1].Value));

    [GeneratedRegex(@"^\s*(@\S+\s+)?(ld|st)\.(v[24]\.)?[bfus]\d+", RegexOptions.Multiline)]
    private static partial Regex GenericAccess();

    [GeneratedRegex(@"^\s*(vabsdiff4|dp4a)\.", RegexOptions.Multiline)]
    private static partial Regex InlineInstruction();

    [GeneratedRegex(@"\.local[^;\[]*\.b8[^;\[]*\[(\d+)\]")]
    private static partial Regex LocalArray();

    [GeneratedRegex(@"\.shared[^;\[]*\.b8[^;\[]*\[(\d+)\]")]
    private static partial Regex SharedArray();
}
