using JaccardKernels.Benchmarks;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Benchmarks;

/// <summary>The parts of a GPU's run: planted searches, the peer, the targets, the report.</summary>
public class GpuRunTests
{
    [TestCase("q1n2000b64k10")]
    [TestCase("q3n700b256k20")]
    public void PlantedNeighboursAreFound(string problem)
    {
        using var backend = new HostBackend(2);
        using var search = new LargeSearch(backend, HammingProblem.Parse(problem));
        TimingResult timing = search.Time(TimeSpan.FromMilliseconds(1));
        Assert.That((timing.Problem, timing.Verified, timing.Clock), Is.EqualTo((problem, "planted neighbours", "host clock")));
        Assert.That(timing.Median, Is.Positive);
    }

    [Test]
    public void ASearchWithoutRoomForNeighboursIsRefused()
    {
        using var backend = new HostBackend(1);
        foreach (string problem in (string[])["q1n2000b64", "q1n2000b64k100", "q1n2000b70k2", "q9n10b256k2"])
            Assert.That(() => new LargeSearch(backend, HammingProblem.Parse(problem)), Throws.ArgumentException.With.Message.Contains(problem));
    }

    [Test]
    public void ThePeerIsAskedLineByLine()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["peer.sh"], """
            echo '{"facts": "a peer"}'
            read -r line && case $line in *'"problem":"m1n1k1"'*'"flush":5'*) echo '{"fp32": 0.5, "tf32": 0.25}' ;; esac
            read -r line && echo '{"missing": "no such operation"}'
            read -r line && echo 'what?'
            """);
        using var peer = new TorchPeer("cuda", folder["peer.sh"], "sh");
        Assert.That((peer.Facts, peer.Missing), Is.EqualTo(("a peer", (string?)null)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(peer.Ask(new PeerRequest("Gemm", "m1n1k1", 5, 0.1)), Is.EqualTo(new PeerAnswer(null, null, 0.5, 0.25)));
            Assert.That(peer.Ask(new PeerRequest("Fill", "n1", 5, 0.1)).Missing, Is.EqualTo("no such operation"));
            Assert.That(peer.Ask(new PeerRequest("Fill", "n1", 5, 0.1)).Missing, Is.EqualTo("it said 'what?'"));
            Assert.That(peer.Ask(new PeerRequest("Fill", "n1", 5, 0.1)).Missing, Is.EqualTo("it has ended"));
        }
    }

    [TestCase("opencl", "sh", "this is opencl")]
    [TestCase("cuda", "no-such-interpreter", "no-such-interpreter is not installed")]
    [TestCase("cuda", "sh", "PyTorch is not installed")]
    public void AMissingPeerSaysWhy(string kind, string interpreter, string why)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["peer.sh"], "echo '{\"missing\": \"PyTorch is not installed\"}'\n");
        using var peer = new TorchPeer(kind, folder["peer.sh"], interpreter);
        Assert.That(peer.Missing, Does.Contain(why));
        Assert.That(peer.Ask(new PeerRequest("Fill", "n1", 5, 0.1)), Is.EqualTo(new PeerAnswer(null, peer.Missing, null, null)));
    }

    [Test]
    public void TheScriptLiesBesideTheProgram() => Assert.That(File.ReadAllText(TorchPeer.Script), Does.Contain("allow_tf32"));

    [Test]
    public void TargetsAreJudgedByTheWorstProblem()
    {
        Roof roof = Roof.From(
            "cuda", "a GPU", 0, [new("multiply-add", ArithmeticKind.MultiplyAdd, 100)], [new(1 << 20, 80, 60, 40), new(1 << 30, 40, 20, 10)]);
        PeerRow[] peers =
        [
            new("Gemm", "m4096n4096k4096", "fp32", 1.0, 0.8, null), new("Gemm", "m4096n4096k4096", "tf32", 1.0, 0.3, null),
            new("ConvolutionForward", "a", "fp32", 1.0, 0.9, null), new("ConvolutionForward", "b", "fp32", 1.0, 0.5, null),
            new("BatchAllTripletLoss", "c", "fp32", 1.0, null, "no memory"),
        ];
        BenchRow[] rows =
        [
            Row("Copy", "n1", 18, 1e-2), Row("Fill", "n2", 16, 1e-2), Row("Add", "small", 1, 1e-6),
            Row("HammingTopK", "q1n100000000b256k100", 1, 1) with { RoofShare = 0.71 },
        ];
        Dictionary<string, TargetRow> targets = GpuTargets.From(roof, rows, peers).ToDictionary(row => row.Target);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of("SGEMM"), Is.EqualTo((0.8, (bool?)true)));
            Assert.That(Of("TF32"), Is.EqualTo((0.3, (bool?)false)));
            Assert.That(Of("convolution forward"), Is.EqualTo((0.5, (bool?)false)));
            Assert.That(Of("memory-bound"), Is.EqualTo((0.8, (bool?)false)), "16 of 20 GB/s; what a cache holds does not count");
            Assert.That(Of("Hamming"), Is.EqualTo((0.71, (bool?)true)));
            Assert.That(Find("batch-all").Note, Is.EqualTo("no memory"));
            Assert.That(Find("pairwise").Note, Does.Contain("not among"));
        }

        TargetRow Find(string begin) => targets.Single(pair => pair.Key.StartsWith(begin, StringComparison.Ordinal)).Value;
        (double, bool?) Of(string begin) => (Math.Round(Find(begin).Reached!.Value, 6), Find(begin).Met);
    }

    [Test]
    public void ChecksCoverEveryVariantAndTellWhatIsWrong()
    {
        using GpuBackend backend = GpuDevices.OpenSimulator();
        List<string> failures = [];
        OperationCase operation = CaseCatalog.Find("FullyConnectedForward");
        IReadOnlyList<CheckCount> counts = GpuChecks.Run(backend, [operation], failures, TextWriter.Null);
        Assert.That(failures, Is.Empty);
        Assert.That(counts, Is.EqualTo([new CheckCount("FullyConnectedForward", operation.Problems.Count, 0, 0)]), "its variants are Gemm's");
        Assert.That(GpuProblems.IsGpu(backend), Is.False);
    }

    [Test]
    public void TheReportNamesWhatWasMeasured()
    {
        Roof roof = Roof.From("cuda", "a GPU", 0, [new("multiply-add", ArithmeticKind.MultiplyAdd, 100)], [new(1 << 20, 80, 60, 40)]);
        TimingResult timing = Row("Gemm", "m8n8k8", 3, 1.5e-3).Timing with { Variant = 2, VariantName = "tiled", WarmMedian = 1e-3 };
        LadderTiming ladder = new("Gemm", "m8n8k8", 2, "tiled", "an idea", "fp32", "8x8", 1024, 4096, timing, null, null) { TimesThePlain = 2 };
        var report = new GpuReport(
            new GpuFacts(
                "2026-01-02", "abc", "a GPU", "cuda", "cuda sm_90 a GPU", "SM_90", 1L << 30, "fp32", "device events", 1 << 20, ".NET", "1.5.3"),
            Quick: true, "idle", "busy", [new CheckCount("Gemm", 19, 0, 0)], roof,
            [ladder, ladder with { Variant = 3, Timing = null, WhyNot = "no tensor cores" }],
            [ladder with { Problem = "m9n9k9", TimesThePlain = 3 }],
            [new BenchRow(timing, "cuda", 0, 50, "GFLOP/s", 0.5)], "PyTorch", [new PeerRow("Gemm", "m8n8k8", "fp32", 1.5e-3, 3e-3, null)],
            [new TargetRow("a target", 0.75, 0.8, "Gemm m8n8k8")], ["Fill n1: wrong"]);
        string text = GpuMarkdown.Write(report);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Does.Contain("commit abc, 2026-01-02, quick run, products in fp32"));
            Assert.That(text, Does.Contain("| 2 tiled | an idea | 8x8 | fp32 | 4 KiB | 1.50 ms | 4.2 % | 2.00 | 2.00 | this problem |"));
            Assert.That(text, Does.Contain("cannot: no tensor cores"));
            Assert.That(text, Does.Contain("| Gemm | `m9n9k9` | 2 tiled | 8x8 | 1.50 ms | 3.00 |"));
            Assert.That(
                text, Does.Contain("| Gemm | `m8n8k8` | fp32 | 2 tiled | 1.50 ms | 4.2 % | 1.00 ms | 50.0 GFLOP/s | 50 % | 3.00 ms | 2.00 | 2e-15 of 1e-12 |"));
            Assert.That(text, Does.Contain("| a target | 0.75 | 0.80 | yes | Gemm m8n8k8 |").And.Contain("- Fill n1: wrong"));
            Assert.That(report.FileName, Is.EqualTo("2026-01-02-cuda-fp32-quick"));
        }
    }

    [Test]
    public void AGpuRunIsRefusedWhereItMakesNoSense()
    {
        using StringWriter output = new(), error = new();
        Assert.That(BenchApplication.Run(["--device", "opencl", "--update-readme"], output, error), Is.EqualTo(2));
        Assert.That(BenchApplication.Run(["--device", "host", "--math", "tf32"], output, error), Is.EqualTo(2));
        Assert.That(BenchApplication.Run(["--device", "host", "--math", "fp8"], output, error), Is.EqualTo(2));
        Assert.That(error.ToString(), Does.Contain("--update-readme").And.Contain("a run with the host").And.Contain("fp32, tf32, bf16"));
        Assert.That(output.ToString(), Is.Empty);
    }

    private static BenchRow Row(string operation, string problem, double gigabytes, double seconds) => new(
        new TimingResult(operation, problem, "cuda", "a GPU", seconds, seconds, 0.042, 10, 1, 2, gigabytes, "this problem", "2e-15 of 1e-12"),
        "cuda", 0, gigabytes, "GB/s", 0.5);
}
