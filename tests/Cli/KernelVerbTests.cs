using System.Text.Json;
using JaccardKernels.Cases;
using JaccardKernels.Cli;
using JaccardKernels.Engine;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

public sealed class KernelVerbTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void ListNamesEveryOperation()
    {
        JsonElement report = JkRunner.Run("kernel", "list", "--json").Json();
        string?[] names = [.. report.GetProperty("operations").EnumerateArray().Select(operation => operation.GetProperty("name").GetString())];
        Assert.That(names, Is.EqualTo(CaseCatalog.All.Select(operation => operation.Name)));
        JkResult table = JkRunner.Run("kernel", "list");
        Assert.That(names, Has.All.Matches<string?>(name => table.Out.Contains(name!, StringComparison.Ordinal)));
    }

    [TestCase("host")]
    [TestCase("reference")]
    public void CheckReportsEveryProblem(string device)
    {
        JsonElement report = JkRunner.Run("kernel", "check", "TanhForward", "--device", device, "--json").Json();
        OperationCase operation = CaseCatalog.Find("TanhForward");
        JsonElement[] results = [.. report.GetProperty("results").EnumerateArray()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.GetProperty("failed").GetInt32(), Is.Zero);
            Assert.That(results.Select(result => result.GetProperty("problem").GetString()).Distinct(), Is.EquivalentTo(operation.Problems));
            Assert.That(results.Select(result => result.GetProperty("backend").GetString()).Distinct(), Is.EquivalentTo(new[] { device, "reference" }.Distinct()));
        }
        Assert.That(JkRunner.Run("kernel", "check", "fill", "--device", device).Out, Does.Contain("Fill").And.Contain("ok"));
    }

    [Test]
    public void TimeReportsARate()
    {
        JsonElement report = JkRunner.Run("kernel", "time", "HammingTopK", "--problem", "q2n2000b64k5", "--seconds", "0.01", "--device", "host", "--json").Json();
        JsonElement timing = report.EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(timing.GetProperty("problem").GetString(), Is.EqualTo("q2n2000b64k5"));
            Assert.That(timing.GetProperty("median").GetDouble(), Is.GreaterThan(0));
            Assert.That(timing.GetProperty("gigaflopsPerSecond").GetDouble(), Is.EqualTo(3.0 * 2 * 2000 / timing.GetProperty("median").GetDouble() / 1e9).Within(1e-6));
        }
    }

    [TestCase("host")]
    [TestCase("reference")]
    public void RunAccumulatesIntoWhatIsGiven(string device)
    {
        float[] a = Samples.Floats(_folder["a.npy"], 1, 3, 5), b = Samples.Floats(_folder["b.npy"], 2, 4, 5), c = Samples.Floats(_folder["c0.npy"], 3, 3, 4);
        JsonElement report = JkRunner.Run(
            "kernel", "run", "Gemm", "--problem", "m3n4k5tb1acc1", "--in", _folder["a.npy"], _folder["b.npy"], _folder["c0.npy"],
            "--out", _folder["out"], "--device", device, "--json").Json();
        Assert.That(report.GetProperty("outputs")[0].GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32()), Is.EqualTo(new[] { 3, 4 }));
        StoredArray result = NpyFile.Read(_folder["out/c.npy"]);
        result.RequireShape(3, 4);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                double expected = c[i * 4 + j];
                for (int k = 0; k < 5; k++) expected += (double)a[i * 5 + k] * b[j * 5 + k];
                Assert.That(result.AsSpan<float>()[i * 4 + j], Is.EqualTo(expected).Within(1e-6));
            }
        }
    }

    [Test]
    public void RunTakesCodesAsBytes()
    {
        byte[] queries = Samples.Codes(_folder["q.npy"], 1, 3, 16), items = Samples.Codes(_folder["d.npy"], 2, 40, 16);
        JkRunner.Run(
            "kernel", "run", "HammingTopK", "--problem", "q3n40b128k7", "--in", _folder["q.npy"], _folder["d.npy"], "--out", _folder["out"], "--json").Json();
        ReadOnlySpan<int> rows = NpyFile.Read(_folder["out/rows.npy"]).AsSpan<int>();
        for (int q = 0; q < 3; q++)
        {
            int query = q;
            int[] expected = [.. Enumerable.Range(0, 40).OrderBy(i => Samples.Hamming(queries.AsSpan(16 * query, 16), items.AsSpan(16 * i, 16))).ThenBy(i => i).Take(7)];
            Assert.That(rows.Slice(q * 7, 7).ToArray(), Is.EqualTo(expected));
        }
    }

    [Test]
    public void RunNamesWhatDoesNotFit()
    {
        _ = Samples.Floats(_folder["a.npy"], 1, 3, 5);
        _ = Samples.Counts(_folder["i.npy"], 1, 3, 5);
        Run("m3n4k5").AssertFailed(ExitCode.Usage, "a float32 [3,5], b float32 [5,4]", "0 were given");
        Run("m3n4k5", "a.npy", "a.npy").AssertFailed(ExitCode.Failed, "a.npy", "[3,5]", "b is float32 [5,4]");
        Run("m3n3k5tb1", "a.npy", "i.npy").AssertFailed(ExitCode.Failed, "i.npy", "Int32");
        Run("m3n3k5tb1", "a.npy", "missing.npy").AssertFailed(ExitCode.Failed, "missing.npy");
        Assert.That(Directory.Exists(_folder["out"]), Is.False);

        JkResult Run(string problem, params string[] inputs) => JkRunner.Run(
            ["kernel", "run", "Gemm", "--problem", problem, "--out", _folder["out"], "--device", "host", .. inputs.Length > 0 ? ["--in"] : Array.Empty<string>(), .. inputs.Select(input => _folder[input])]);
    }

    [Test]
    public void VariantsAreAskedForOfWhatHasThem()
    {
        JkRunner.Run("kernel", "time", "Gemm", "--variant", "1", "--device", "host").AssertFailed(ExitCode.Usage, "Gemm has no variants on host");
        JkRunner.Run("kernel", "check", "Gemm", "--variant", "all", "--device", "host").AssertFailed(ExitCode.Usage, "Gemm has no variants on host");
        JkRunner.Run("kernel", "time", "--variant", "all").AssertFailed(ExitCode.Usage, "--variant needs the name");
        JkRunner.Run("kernel", "tune", "--device", "host").AssertFailed(ExitCode.Usage, "host keeps no tuned choices");
        JkRunner.Run("kernel", "tune", "Fill", "--device", "host").AssertFailed(ExitCode.Usage, "Fill has no variants on host");
        JkRunner.Run("kernel", "tune", "--problem", "m1n1k1").AssertFailed(ExitCode.Usage, "--problem needs the name of one operation");
        JsonElement report = JkRunner.Run("kernel", "list", "gemm", "--device", "host", "--json").Json();
        Assert.That(report.GetProperty("operation").GetString(), Is.EqualTo("Gemm"));
        Assert.That(report.GetProperty("variants").GetArrayLength(), Is.Zero);
    }

    [TestCase("fp16", "fp32, tf32, bf16")]
    [TestCase("tf32", "does not round factors")]
    public void MathOfNoDeviceIsRefused(string math, string told)
    {
        JkResult result = JkRunner.Run("kernel", "time", "Fill", "--math", math, "--device", "host");
        result.AssertFailed(ExitCode.Usage, math, told);
    }

    [Test]
    public void ATimingTellsItsClock()
    {
        JsonElement timing = JkRunner.Run("kernel", "time", "Fill", "--problem", "n1000", "--seconds", "0.01", "--device", "host", "--json").Json()[0];
        Assert.That(timing.GetProperty("clock").GetString(), Is.EqualTo("host clock"));
        Assert.That(timing.GetProperty("math").GetString(), Is.EqualTo("fp32"));
        Assert.That(timing.GetProperty("variant").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }
}
