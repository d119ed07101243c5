using System.Text;
using JaccardKernels.Cases;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Gpu;

/// <summary>What was tuned is kept, found again and obeyed; what is broken is told.</summary>
public class TuningTests
{
    private static readonly TunedChoice s_plain = new("Gemm", "fp32", "m5n9k7", 1, null, 1e-3), s_tiled = s_plain with { Variant = 2 };

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void AFileKeepsWhatItHeld()
    {
        string path = _folder["tuning.json"];
        TuningFile.Merge(path, "cuda", [s_plain, s_plain with { Math = "tf32", Tile = "8x8" }]);
        TuningFile.Merge(path, "opencl", [s_plain]);
        TuningFile.Merge(path, "cuda", [s_tiled, s_plain with { Problems = "m1n1k1" }]);
        TuningTable table = TuningFile.Read(path);
        Assert.That(table.Devices.Select(device => (device.Device, device.Choices.Count)), Is.EqualTo([("cuda", 3), ("opencl", 1)]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(table.Find("cuda", "Gemm", ProductMath.Fp32, "m5n9k7"), Is.EqualTo(new KernelChoice(2)), "replaced");
            Assert.That(table.Find("cuda", "Gemm", ProductMath.Tf32, "m5n9k7"), Is.EqualTo(new KernelChoice(1, "8x8")), "another mode stays");
            Assert.That(table.Find("cuda", "Gemm", ProductMath.Bf16, "m5n9k7"), Is.Null);
            Assert.That(table.Find("opencl", "Gemm", ProductMath.Fp32, "m5n9k7"), Is.EqualTo(new KernelChoice(1)), "another device stays");
            Assert.That(table.Find("cuda", "Gemm", ProductMath.Fp32, "m1n1k1"), Is.EqualTo(new KernelChoice(1)), "added");
            Assert.That(table.Find("cuda", "Convolution", ProductMath.Fp32, "m1n1k1"), Is.Null);
            Assert.That(TuningTable.Parse("again", Encoding.UTF8.GetBytes(table.ToJson())).ToJson(), Is.EqualTo(table.ToJson()));
        }
    }

    private const string Begin = """{"version":1,"devices":[{"device":"a","choices":[{"operation":"Gemm","problems":"p","tile":null,""";
    private const string End = "]}]}";
    private const string Choice = """{"operation":"Gemm","math":"fp32","problems":"p","variant":1,"tile":null,"seconds":1}""";

    [TestCase("", "not a tuning table")]
    [TestCase("null", "null")]
    [TestCase("[]", "not a tuning table")]
    [TestCase("""{"version":2,"devices":[]}""", "version is 2")]
    [TestCase("""{"version":1}""", "devices")]
    [TestCase("""{"version":1,"devices":null}""", "devices")]
    [TestCase("""{"version":1,"devices":[null]}""", "no name")]
    [TestCase("""{"version":1,"devices":[],"more":1}""", "more")]
    [TestCase("""{"version":1,"devices":[{"device":"a","choices":[]},{"device":"a","choices":[]}]}""", "'a' is there twice")]
    [TestCase("""{"version":1,"devices":[{"device":"a","choices":[""" + Choice + "," + Choice + "]}]}", "fp32 is there twice")]
    [TestCase(Begin + "\"math\":\"fp32\",\"variant\":0,\"seconds\":1}" + End, "variant is 0")]
    [TestCase(Begin + "\"math\":\"fp16\",\"variant\":1,\"seconds\":1}" + End, "'fp16'; there are exact, fp32, tf32, bf16")]
    [TestCase(Begin + "\"math\":\"fp32\",\"variant\":1,\"seconds\":0}" + End, "seconds is 0")]
    [TestCase(Begin + "\"math\":\"fp32\",\"seconds\":1}" + End, "variant")]
    public void ABrokenFileIsToldByNameInOneLineAndLeft(string content, string told)
    {
        string path = _folder["broken.json"];
        File.WriteAllText(path, content);
        foreach (Action use in new Action[] { () => TuningFile.Read(path), () => TuningFile.Merge(path, "cuda", [s_plain]) })
        {
            Assert.That(use, Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith(path).And.Message.Contains(told)
                .And.Message.Not.Contains("\n"));
        }
        Assert.That(File.ReadAllText(path), Is.EqualTo(content));
    }

    [Test]
    public void TheUsersFileIsFoundAndComesFirst()
    {
        Dictionary<string, string> environment = new() { ["HOME"] = _folder.Path };
        Assert.That(TuningFile.PathFrom(Get), Is.EqualTo((Path.Combine(_folder.Path, ".config", "jaccardkernels", "tuning.json"), false)));
        Assert.That(TuningFile.Load(Get), Has.Count.EqualTo(1), "only what ships");
        environment["XDG_CONFIG_HOME"] = _folder["config"];
        Directory.CreateDirectory(_folder["config/jaccardkernels"]);
        TuningFile.Merge(_folder["config/jaccardkernels/tuning.json"], "cuda", [s_tiled]);
        Assert.That(TuningFile.Load(Get)[0].Find("cuda", "Gemm", ProductMath.Fp32, "m5n9k7"), Is.EqualTo(new KernelChoice(2)));
        environment["JK_TUNING"] = _folder["mine.json"];
        Assert.That(() => TuningFile.Load(Get), Throws.InstanceOf<IOException>().With.Message.Contains("mine.json"), "named, so it must be there");
        TuningFile.Merge(_folder["mine.json"], "cuda", [s_plain]);
        Assert.That(TuningFile.Load(Get)[0].Find("cuda", "Gemm", ProductMath.Fp32, "m5n9k7"), Is.EqualTo(new KernelChoice(1)));

        string? Get(string name) => environment.GetValueOrDefault(name);
    }

    [Test]
    public void ATunedChoiceComputes()
    {
        using GpuBackend backend = GpuDevices.OpenSimulator();
        KernelLadder ladder = backend.Ladders.Single(ladder => ladder.Operation == "Gemm");
        var problem = new GemmProblem(5, 9, 7);
        int byRule = ladder.Choose(problem).Variant, other = byRule == 1 ? 2 : 1;
        string problems = ladder.ClassOf(problem);
        TunedChoice ruled = new("Gemm", "fp32", problems, byRule, null, 1), tuned = ruled with { Variant = other };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Chosen(Table(backend.TuningKeys[0], tuned)), Is.EqualTo(other), "of the device");
            Assert.That(Chosen(Table(backend.TuningKeys[^1], tuned)), Is.EqualTo(other), "of its kind");
            TuningTable both = Table(backend.TuningKeys[0], tuned).With(backend.TuningKeys[^1], [ruled]);
            Assert.That(Chosen(both), Is.EqualTo(other), "the device before its kind");
            Assert.That(Chosen(Table(backend.TuningKeys[^1], tuned), Table(backend.TuningKeys[0], ruled)), Is.EqualTo(other), "the first table");
            Assert.That(Chosen(Table("cuda", tuned)), Is.EqualTo(byRule), "of another device");
            Assert.That(Chosen(Table(backend.TuningKeys[0], tuned with { Math = "tf32" })), Is.EqualTo(byRule), "of another mode");
            Assert.That(Chosen(Table(backend.TuningKeys[0], tuned with { Variant = 99 })), Is.EqualTo(byRule), "of another version");
        }

        int Chosen(params TuningTable[] tables)
        {
            backend.Use(tables);
            return ladder.Choose(problem).Variant;
        }
    }

    [Test]
    public void TuningEndsWithTheFastestInTheFile()
    {
        using GpuBackend backend = GpuDevices.OpenSimulator();
        var tuner = new KernelTuner(backend, TimeSpan.FromMilliseconds(20));
        KernelLadder ladder = backend.Ladders.Single(ladder => ladder.Operation == "Gemm");
        OperationInstance instance = CaseCatalog.Find("Gemm").Parse("m9n5k17");
        List<KernelChoice> started = [];
        tuner.Tune(instance, started.Add);
        FastestVariant fastest = tuner.Fastest.Single();
        LadderTiming[] timed = [.. tuner.Tried.Where(row => row.Timing is not null)];
        Assert.That(tuner.Tried.Select(row => row.Fault), Has.All.Null);
        Assert.That(started.Select(choice => choice.Variant), Is.EqualTo(tuner.Tried.Select(row => row.Variant)));
        Assert.That(fastest.Seconds, Is.EqualTo(timed.Min(row => row.Timing!.Median)));
        Assert.That((fastest.Operation, fastest.Math, fastest.Problems), Is.EqualTo(("Gemm", "fp32", ladder.ClassOf(instance.Problem))));
        string path = _folder["tuning.json"];
        var kept = new TunedChoice(fastest.Operation, fastest.Math, fastest.Problems, fastest.Variant, fastest.Tile, fastest.Seconds);
        TuningFile.Merge(path, backend.TuningKeys[0], [kept]);
        backend.Use([TuningFile.Read(path)]);
        Assert.That(ladder.Choose(instance.Problem), Is.EqualTo(new KernelChoice(fastest.Variant, fastest.Tile)));
        Assert.That(CaseRunner.Check(instance, backend).Passed, Is.True);
    }

    private static TuningTable Table(string device, TunedChoice choice) => TuningTable.Empty.With(device, [choice]);
}
