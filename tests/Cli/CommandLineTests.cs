using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

public sealed class CommandLineTests
{
    private static readonly string[] Verbs =
        ["devices", "measure", "similarity", "search", "index build", "index info", "kernel list", "kernel check", "kernel time", "kernel run"];

    [TestCase("", "a verb is missing")]
    [TestCase("frobnicate", "'frobnicate' is not a verb")]
    [TestCase("kernel", "a verb is missing")]
    [TestCase("kernel fly", "'fly' is not a verb")]
    [TestCase("devices --frobnicate", "--frobnicate")]
    [TestCase("index info", "index info --help")]
    [TestCase("similarity --kind cosine --out s.npy", "--labels")]
    [TestCase("search --index i.jkx -k many", "many")]
    [TestCase("kernel check --device tpu", "'tpu' is unknown")]
    [TestCase("kernel check --device cuda:63", "cuda")]
    [TestCase("kernel check --device opencl:x", "opencl:x")]
    [TestCase("kernel time --device reference", "'reference' is unknown")]
    [TestCase("kernel check --device host --threads -2", "--threads is -2")]
    [TestCase("kernel check Convulsion", "Convulsion")]
    [TestCase("kernel check --problem m1n1k1", "--problem needs")]
    [TestCase("kernel check Gemm --problem m1n1", "'k' is missing")]
    [TestCase("kernel time Gemm --seconds 0", "--seconds is 0")]
    public void WhatCannotBeAskedIsAUsageErrorInOneLine(string line, string mention) =>
        JkRunner.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).AssertFailed(ExitCode.Usage, mention);

    [TestCaseSource(nameof(Verbs))]
    public void HelpTeachesByExample(string verb)
    {
        JkResult result = JkRunner.Run([.. verb.Split(' '), "--help"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Out, Does.Contain($"jk {verb} ").Or.Contain($"jk {verb}\n"));
            Assert.That(result.Out, Does.Contain("Example"));
            Assert.That(result.Out, Does.Contain("--json"));
        }
    }

    [Test]
    public void DevicesListTheHostAndSayWhyOthersAreMissing()
    {
        JsonElement report = JkRunner.Run("devices", "--json").Json();
        JsonElement[] devices = [.. report.GetProperty("devices").EnumerateArray()];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(devices[0].GetProperty("device").GetString(), Is.EqualTo("host"));
            Assert.That(devices[0].GetProperty("usable").GetBoolean(), Is.True);
            foreach (JsonElement device in devices)
                Assert.That(device.GetProperty("usable").GetBoolean(), Is.EqualTo(device.GetProperty("whyNot").ValueKind == JsonValueKind.Null));
            Assert.That(devices.Select(device => device.GetProperty("device").GetString()![..4]), Is.SupersetOf(new[] { "host", "cuda", "open" }));
        }
        JkResult table = JkRunner.Run("devices");
        Assert.That(table.Out, Does.Contain("host").And.Contain("cuda").And.Contain("opencl").And.Contain("first launch"));
    }

    [Test]
    public void AnInterruptIsExitCode130AndLeavesNothingBehind()
    {
        using var folder = new TemporaryFolder();
        _ = Samples.Counts(folder["labels.npy"], 1, 20, 4);
        JkResult result = JkRunner.Run(
            new CancellationToken(canceled: true), "similarity", "--labels", folder["labels.npy"], "--kind", "cosine", "--out", folder["s.npy"], "--device", "host");
        result.AssertFailed(ExitCode.Interrupted, "interrupted");
        Assert.That(Directory.GetFiles(folder.Path).Select(Path.GetFileName), Is.EqualTo(new[] { "labels.npy" }));
    }

    [Test]
    public void ExceptionsBecomeOneLineAndACode()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Failure.Describe(new ArgumentException("k is 0.", "k")), Is.EqualTo((ExitCode.Usage, "k is 0.")));
            Assert.That(Failure.Describe(new ArgumentOutOfRangeException("k", 3, "k is\n3.")).Line, Does.Not.Contain('\n').And.Not.Contain("Parameter"));
            Assert.That(Failure.Describe(new InvalidDataException("a.npy: is empty.")), Is.EqualTo((ExitCode.Failed, "a.npy: is empty.")));
            Assert.That(Failure.Describe(new InsufficientMemoryException("no memory.")), Is.EqualTo((ExitCode.Failed, "no memory.")));
            Assert.That(Failure.Describe(new AggregateException(new IOException("disk full"))), Is.EqualTo((ExitCode.Failed, "disk full")));
            Assert.That(Failure.Describe(new InterruptedVerbException("saved; --resume continues.")), Is.EqualTo((ExitCode.Interrupted, "saved; --resume continues.")));
            Assert.That(Failure.Describe(new InvalidCastException("odd")).Line, Does.Contain("InvalidCastException").And.Contain("JK_TRACE=1"));
        }
    }
}
