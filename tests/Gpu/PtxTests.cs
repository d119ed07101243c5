using System.Text.RegularExpressions;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.Gpu;

/// <summary>What is known of the CUDA kernels without a GPU: every one compiles to PTX, which holds nothing that should not be there.</summary>
public partial class PtxTests
{
    private const int SharedLimit = 48 * 1024;

    // Which kernels must hold which instruction: a pattern of their names, and one of a line of their PTX.
    private static readonly (string Kernels, string Instruction)[] s_instructions =
    [
        (@"^HammingDistance\.", @"popc\.b64"),
        (@"^SetSimilarity\.", @"popc\.b64"),
        (@"^CountKernels\.MultisetJaccard\[", @"min\.s32"),
        (@"^HammingSelection\.Histogram$", @"red\.add\.global\.u32"),
        (@"\[Tile(4|16)\]$", @"ld\.shared"),
        (@"\[(Rows|Warps|Tile)\d+x", @"ld\.shared\.v4\.f32"),
        (@"^GemmTiled\.Product\[.*Adjacent", @"ld\.global\.v4\.f32"),
        (@"^GemmTiled\.Product", @"st\.global\.v4\.f32"),
        (@"^ConvolutionTiled\.Pointwise", @"ld\.global\.v4\.f32"),
        (@"^ConvolutionTiled\.(Patches|Pointwise)", @"st\.global\.v4\.f32"),
        (@"^(Adam\.Step|Concatenate\.Backward|Fill\.Assign|GlobalPooling\.Backward)$", @"st\.global\.v4"),
        (@"^(Add\.Sum|BatchNormalization\.Normalise|Concatenate\.Forward|ConvolutionBackwardBias\.Sum|Copy\.Assign|Dropout\.Mask)$", @"ld\.global\.v4"),
        (@"^(GlobalPooling\.Forward|MomentumSgd\.Step|PartialSums\.Add|SignQuantization\.Pack|(Relu|Tanh)\.(For|Back)ward)$", @"ld\.global\.v4"),
        (@"^BatchNormalizationGradients\.(Fold|Input)$", @"ld\.global\.v4"),
        (@"^BatchNormalizationStatistics\.Fold$", @"ld\.global\.v4"),
        (@"^ReduceColumns\.Sum\[Float4\]$", @"ld\.global\.v4"),
        (@"^HammingScan\.Block\[QueryBlock8,CodePair\]$", @"ld\.global\.v2\.b64"),
        (@"^HammingScan\.Block\[QueryBlock8,CodeQuad\]$", @"popc\.b64"),
        (@"^HammingScan\.Block\[QueryBlock8,CodeQuadSaved\]$", @"ld\.shared\.v2\.b64"),
        (@"^HammingScan\.Block\[QueryBlock8,CodeQuadSaved\]$", @"popc\.b32"),
        (@"^HammingScan\.Single\[CodeQuad\]$", @"ld\.global\.v2\.b64"),
        (@"^HammingScan\.Single\[CodeWord\]$", @"bar\.red\.or\.pred"),
        (@"^BatchAllTripletStaged\.Anchors$", @"ld\.shared\.v2\.f32"),
        (@"^PairGradient\.Tiled\[", @"ld\.shared\.v4\.f32"),
        (@"^PackedSimilarity\.(Tiled|Vectors)\[Tile16,ByteMultisets\]$", @"vabsdiff4\.u32\.u32\.u32\.add"),
        (@"^PackedSimilarity\.Vectors\[Tile16,", @"ld\.global\.v4"),
        (@"^PackedSimilarity\.Vectors\[Tile16,", @"ld\.shared\.v4"),
        (@"^PackedSimilarity\.Vectors\[Tile16,", @"st\.global\.v4"),
        (@"^PackedSimilarity\.Vectors\[Tile16,BitSets\]$", @"popc\.b32"),
        (@"^SearchKernels\.ByteMultisets$", @"vabsdiff4\.u32\.u32\.u32\.add"),
        (@"^SearchKernels\.ByteMultisets$", @"ld\.shared\.v4"),
        (@"^SearchKernels\.BitSets$", @"popc\.b32"),
        (@"^LookupScan\.Scan$", @"ld\.global\.(u|b|s)8"),
        (@"^LookupScan\.Scan$", @"ld\.shared\.f32"),
    ];

    private static IEnumerable<TestCaseData> Kernels =>
        from kernel in GpuKernels.All
        from architecture in PtxTarget.Architectures
        where kernel.MinimumArchitecture <= architecture
        select new TestCaseData(kernel, architecture).SetArgDisplayNames(kernel.Name, $"sm_{architecture}");

    private static IEnumerable<TestCaseData> Instructions =>
        s_instructions.Select(row => new TestCaseData(row.Kernels, row.Instruction).SetArgDisplayNames(row.Kernels, row.Instruction));

    [Test]
    public void EveryOperationHasKernels() => Assert.That(GpuKernels.All, Has.Count.GreaterThan(50));

    [TestCaseSource(nameof(Kernels))]
    public void IsCleanPtx(GpuKernel kernel, int architecture)
    {
        KernelPtx compiled = CompiledKernels.Get(kernel, architecture);
        string ptx = compiled.Text;
        Assert.Multiple(() =>
        {
            // ILGPU writes no later one; the assembler takes it for those.
            Assert.That(ptx, Does.Contain($".target sm_{Math.Min(architecture, 80)}\n"));
            Assert.That(ptx, Does.Contain($".maxntid {kernel.GroupSize}, 1, 1"), "registers are given out for groups of this size");
            Assert.That(ptx, Does.Not.Contain(".extern"), "a call that nothing resolves");
            Assert.That(ptx, Does.Not.Contain(".f64"), "double precision");
            Assert.That(GenericAccess().IsMatch(ptx), Is.False, "a load or store that does not know its memory");
            Assert.That(compiled.SharedBytes, Is.LessThanOrEqualTo(SharedLimit));
            // Operands of the tensor cores' instructions go through local memory here; the report looks for it in the machine code.
            if (!kernel.TensorCores) Assert.That(LocalBytes(ptx), Is.EqualTo(4 * InlineResults(ptx)), "an array or a structure in slow memory");
        });
    }

    [TestCaseSource(nameof(Instructions))]
    public void UsesTheInstruction(string kernels, string instruction)
    {
        GpuKernel[] matching = [.. GpuKernels.All.Where(kernel => Regex.IsMatch(kernel.Name, kernels))];
        Assert.That(matching, Is.Not.Empty, $"no kernel's name matches {kernels}");
        Assert.Multiple(() =>
        {
            foreach (GpuKernel kernel in matching) Assert.That(Regex.IsMatch(Ptx(kernel), instruction), $"{kernel.Name} has no {instruction}");
        });
    }

    [Test]
    public void TensorCoreKernelsMultiplyOnTensorCores()
    {
        Assert.Multiple(() =>
        {
            foreach (GpuKernel kernel in GpuKernels.All)
                Assert.That(Ptx(kernel).Contains("mma.sync", StringComparison.Ordinal), Is.EqualTo(kernel.TensorCores), kernel.Name);
        });
    }

    private static string Ptx(GpuKernel kernel) => CompiledKernels.Get(kernel, Math.Max(80, kernel.MinimumArchitecture)).Text;

    // The result of an instruction written in line passes through four bytes of local memory in the PTX; the assembler takes them away.
    private static int InlineResults(string ptx) => InlineInstruction().Count(ptx);

    private static int LocalBytes(string ptx) => LocalArray().Matches(ptx).Sum(match => int.Parse(match.Groups[1].Value));

    [GeneratedRegex(@"^\s*vabsdiff4\.", RegexOptions.Multiline)]
    private static partial Regex InlineInstruction();

    [GeneratedRegex(@"\.local[^;\[]*\.b8[^;\[]*\[(\d+)\]")]
    private static partial Regex LocalArray();

    [GeneratedRegex(@"^\s*(@\S+\s+)?(ld|st)\.(v[24]\.)?[bfus]\d+", RegexOptions.Multiline)]
    private static partial Regex GenericAccess();
}
