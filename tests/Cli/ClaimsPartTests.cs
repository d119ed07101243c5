using System.Text.Json;
using JaccardKernels.Cli;
using JaccardKernels.Cli.Experiment;
using JaccardKernels.Cli.Verbs;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

/// <summary>A part of the experiment on the claims from its data to its results, on tiny scenes.</summary>
public sealed class ClaimsPartTests
{
    private TemporaryFolder _folder = null!;
    private HostBackend _backend = null!;

    [SetUp]
    public void SetUp() => (_folder, _backend) = (new TemporaryFolder(), new HostBackend(1));

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void StoppedBetweenMethodsItEndsWithTheSameResults([Values] bool leaveOneOut)
    {
        TilePart part = Tiny(leaveOneOut);
        (PartResult facts, IReadOnlyList<MethodResult> whole) = Run(part, "whole");
        Run(part with { Methods = [.. part.Methods.Take(1)] }, "parts");
        string[] before = Units("parts");
        (_, IReadOnlyList<MethodResult> resumed) = Run(part, "parts");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Is.EqualTo(new[] { "tiny-s3-multiset.json", "tiny-s3.json" }));
            Assert.That(resumed.Select(Text), Is.EqualTo(whole.Select(Text)));
            Assert.That((facts.Train, facts.Queries, facts.Database), Is.EqualTo((60, leaveOneOut ? 48 : 8, leaveOneOut ? 48 : 40)));
            Assert.That(facts.Accuracy, Is.InRange(0, 1));
            Assert.That(whole[0].Codes.Select(code => (code.Code, code.Bits)), Is.EqualTo(new[] { ("real", 0), ("composite", 16), ("sign", 16) }));
            foreach (MethodResult method in whole)
            {
                Assert.That(method.Codes.SelectMany(code => new[] { code.MapHalf, code.Ndcg, code.Map }), Is.All.InRange(0.0, 1.0).And.All.GreaterThan(0.0));
                Assert.That(method.Distances, Is.Ordered);
                Assert.That(method.Distances.Average(), Is.EqualTo(1).Within(leaveOneOut ? 1e-3 : 1e-6), "over the mean of all, in parts of one size; 2,256 pairs are no multiple of 20");
            }
            Assert.That(Text(whole[0] with { Method = "" }), Is.Not.EqualTo(Text(whole[1] with { Method = "" })), "two methods, two results");
        }

        // The time that a unit took is its own.
        static string Text(MethodResult method) => JsonSerializer.Serialize(method with { Seconds = 0 }, ClaimsJson.Default.MethodResult);
    }

    [Test]
    public void WhatIsCancelledLeavesNoResult()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.That(() => Run(Tiny(leaveOneOut: false), "stopped", stopped.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Units("stopped"), Is.Empty);
    }

    private static TilePart Tiny(bool leaveOneOut) => new(
        "tiny", "tiny scenes", "", (_, seed) => $"scenes:size=24,train=60,query=8,database=40,tiles=64,seed={seed}", leaveOneOut,
        new TrainingOptions
        {
            Network = new EmbeddingNetworkOptions { Channels = [4, 8], Grid = 2, Cells = [6], Hidden = 16, Dimensions = 16 },
            PretrainingEpochs = 1, PretrainingBatch = 16, Steps = 12, Batch = 16,
        },
        [Method.Multiset with { Codes = [new(QuantizerKind.Composite, 16), new(QuantizerKind.Sign, 16)] }, Method.Others[1] with { Codes = [] }]);

    private (PartResult Part, IReadOnlyList<MethodResult> Methods) Run(TilePart part, string name, CancellationToken cancellation = default)
    {
        var verb = new ClaimsVerb();
        using var output = new StringWriter();
        var context = new VerbContext(
            verb.Parse(["--data", "data", "--out", "out"]), verb, new Terminal(output, output, OutIsTerminal: false, ErrorIsTerminal: false), cancellation);
        var parts = new PartContext(
            new ExperimentFolder(_folder[name], "tiny"), new ExperimentProgress(context, part.Methods.Count), _backend, _folder["."], Threads: 1);
        using var run = new PartRun(parts, part, seed: 3);
        return run.Run();
    }

    private string[] Units(string name) => [.. Directory.GetFiles(_folder[$"{name}/units"]).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
}
