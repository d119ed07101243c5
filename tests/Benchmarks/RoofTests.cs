using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using JaccardKernels.Benchmarks;
using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Tests.Benchmarks;

public class RoofTests
{
    private static readonly Roof s_roof = Roof.From(
        "host", "a processor", 2,
        [
            new("narrow", ArithmeticKind.MultiplyAdd, 50), new("wide", ArithmeticKind.MultiplyAdd, 100),
            new("words", ArithmeticKind.PopulationCount, 10),
        ],
        [new(1 << 20, 80, 60, 40), new(1 << 22, 20, 10, 5), new(1 << 24, 30, 8, 4)]);

    [Test]
    public void BandwidthNeverRisesWithTheWorkingSet()
    {
        Assert.That(s_roof.At(1 << 22).Read, Is.EqualTo(30), "a smaller set can do what a larger one did");
        Assert.That(s_roof.At(1 << 21).Copy, Is.EqualTo(35).Within(1e-9), "half way between the sizes, in their logarithm");
        Assert.That((s_roof.At(1).Fill, s_roof.At(1L << 40).Fill), Is.EqualTo((40.0, 4.0)));
    }

    [Test]
    public void TheSlowerOfArithmeticAndMemoryBinds()
    {
        // 3 MB copied at 10 GB/s (6 MB of traffic) and 1 MB read at 30 GB/s.
        RoofLimit memory = s_roof.Limit(1_000_000, ofBits: false, read: 4_000_000, written: 3_000_000, workingSet: 1 << 22);
        Assert.That(memory.Seconds, Is.EqualTo(6e6 / 10e9 + 1e6 / 30e9).Within(1e-15));
        Assert.That((memory.Unit, memory.Rate(1e-3)), Is.EqualTo(("GB/s", 7.0)).Within(1e-9));
        Assert.That(memory.Share(2 * memory.Seconds), Is.EqualTo(0.5));

        RoofLimit floats = s_roof.Limit(1_000_000_000, ofBits: false, read: 4, written: 4, workingSet: 8);
        Assert.That((floats.Seconds, floats.Unit), Is.EqualTo((0.01, "GFLOP/s")).Within(1e-12));
        RoofLimit bits = s_roof.Limit(1_000_000_000, ofBits: true, read: 4, written: 4, workingSet: 8);
        Assert.That((bits.Seconds, bits.Unit), Is.EqualTo((0.1, "Gop/s")).Within(1e-12));
    }

    [Test]
    public void TheHostHasOne()
    {
        Roof roof = HostRoof.Measure(1, TimeSpan.FromMilliseconds(1));
        double scalar = roof.Arithmetic.Single(rate => rate.Name == "scalar multiply-add").Rate;
        using (Assert.EnterMultipleScope())
        {
            // A core of 1 GHz at one multiply-add a cycle, and one of 10 GHz at four: no processor lies outside.
            Assert.That(scalar, Is.InRange(0.2, 80.0));
            Assert.That(roof.Peak(ArithmeticKind.MultiplyAdd), Is.GreaterThan(scalar));
            Assert.That(roof.Peak(ArithmeticKind.PopulationCount), Is.GreaterThan(0.1));
            Assert.That(roof.Bandwidth, Has.All.Matches<BandwidthPoint>(point => point is { Read: > 0.1, Copy: > 0.1, Fill: > 0.1 }));
        }
    }

    // Without a mode of rounding: ptxas makes one multiply-add of it and of the sum that follows.
    [TestCase(nameof(GpuLoops.MultiplyAdd), "mul.f32")]
    [TestCase(nameof(GpuLoops.PopulationCount), "popc.b64")]
    [TestCase(nameof(GpuLoops.Read), "ld.global.v4")]
    [TestCase(nameof(GpuLoops.Copy), "st.global.v4")]
    [TestCase(nameof(GpuLoops.Fill), "st.global.v4")]
    public void LoopsOfTheGpuAreMadeOfTheirInstruction(string name, string instruction)
    {
        using Context context = GpuDevices.CreateCompilerContext();
        using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_78, null!);
        EntryPointDescription entry = EntryPointDescription.FromExplicitlyGroupedKernel(typeof(GpuLoops).GetMethod(name)!);
        string ptx = ((PTXCompiledKernel)backend.Compile(entry, new KernelSpecialization(256, null))).PTXAssembly;
        Assert.That(ptx, Does.Contain(instruction));
        Assert.That(ptx, Does.Not.Contain(".local"));
    }
}
