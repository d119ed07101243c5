using System.Text.Json;
using JaccardKernels.Benchmarks;
using JaccardKernels.Cases;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Benchmarks;

public class BenchReportTests
{
    [Test]
    public void TheTableNamesWhatWasTimed()
    {
        var timing = new TimingResult("Gemm", "m8n8k8", "host", "a processor", 1.5e-3, 1e-3, 0.042, 10, 1, 2, 3, "this problem", "2e-15 of 1e-12");
        Roof roof = Roof.From("host", "a processor", 2, [new("multiply-add", ArithmeticKind.MultiplyAdd, 100)], [new(1 << 20, 80, 60, 40)]);
        BenchRow row = BenchRow.From(timing, new BenchTarget("host", 2), new RoofLimit(7.5e-4, 75e6, "GFLOP/s"));
        var report = new BenchReport("2026-01-02", ".NET", Quick: true, [roof], [row], ["Fill n1 on cuda: wrong"]);
        string text = MarkdownReport.Write(report);
        Assert.That(text, Does.Contain("| Gemm | `m8n8k8` | host | 2 | 1.50 ms | 4.2 % | 50.0 GFLOP/s | 50 % | 2e-15 of 1e-12 |"));
        Assert.That(text, Does.Contain("| multiply-add | 100 GFLOP/s |").And.Contain("- Fill n1 on cuda: wrong"));
        Assert.That(report.FileName, Is.EqualTo("2026-01-02-host-quick"));
    }

    [TestCase(0.0, "0.00")]
    [TestCase(1.2345, "1.23")]
    [TestCase(9.996, "10.0")]
    [TestCase(99.96, "100")]
    [TestCase(1674.2, "1674")]
    public void NumbersHaveThreeDigits(double value, string text) => Assert.That(Quantity.Number(value), Is.EqualTo(text));

    [Test]
    public void ReadmeKeepsAllButTheSection()
    {
        const string readme = "before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n";
        string updated = ReadmeSection.Replace("README.md", readme, "new\n");
        Assert.That(updated, Is.EqualTo("before\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\nafter\n"));
        Assert.That(ReadmeSection.Replace("README.md", updated, "new\n"), Is.EqualTo(updated));
        Assert.That(
            () => ReadmeSection.Replace("README.md", "nothing", ""), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("README.md"));
    }

    [Test]
    public void EveryOperationIsInTheQuickRun()
    {
        string[] quick = [.. new BenchOptions { Quick = true }.Select().Select(instance => instance.Case.Name).Distinct()];
        Assert.That(quick, Is.EqualTo(CaseCatalog.All.Select(operation => operation.Name)));
        Assert.That(() => new BenchOptions { Filters = ["Gemmm"] }.Select(), Throws.ArgumentException.With.Message.Contains("Gemmm"));
    }

    [Test]
    public void OneCommandLineMeasuresAndWrites()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["README.md"], "<!-- bench:begin -->\n<!-- bench:end -->\n");
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = BenchApplication.Run(
            [
                "--quick", "--device", "host", "--threads", "1", "--filter", "SoftmaxCrossEntropy", "--json", "--update-readme",
                "--repository", folder.Path,
            ],
            output, error);
        Assert.That(code, Is.Zero, error.ToString());
        JsonElement row = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("rows")[0];
        Assert.That(row.GetProperty("timing").GetProperty("median").GetDouble(), Is.GreaterThan(0));
        Assert.That(row.GetProperty("roofShare").GetDouble(), Is.GreaterThan(0));
        Assert.That(File.ReadAllText(folder["README.md"]), Does.Contain("| SoftmaxCrossEntropy | `mb128ic10` | host | 1 |"));
        Assert.That(Directory.GetFiles(folder["benchmarks/results"]), Has.Length.EqualTo(2));
        Assert.That(BenchApplication.Run(["--threads", "0"], output, error), Is.EqualTo(2));
        Assert.That(BenchApplication.Run(["--device", "abacus"], output, error), Is.EqualTo(2));
    }
}
