using System.Text.Json;
using JaccardKernels.Cli.Experiment;
using JaccardKernels.Cli.Report;
using JaccardKernels.Learning;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

/// <summary>The experiment on the claims: units, numbers over seeds, verdicts, and what is refused.</summary>
public sealed class ClaimsExperimentTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void AUnitIsComputedOnce()
    {
        int computed = 0;
        var first = new ExperimentFolder(_folder["e"], "options");
        Assert.That(first.Has("unit"), Is.False);
        PartResult result = first.Unit("unit", ClaimsJson.Default.PartResult, Compute);
        PartResult again = new ExperimentFolder(_folder["e"], "options").Unit("unit", ClaimsJson.Default.PartResult, Compute);
        Assert.That((computed, first.Has("unit"), again), Is.EqualTo((1, true, result)), "NaN and all other numbers come back as they were");

        PartResult Compute()
        {
            computed++;
            return new PartResult("part", 1, 10, 5, 20, double.NaN, 0.1 + 0.2, 1 / 3.0, .5, .01, 7);
        }
    }

    [Test]
    public void AFolderOfOtherOptionsOrOfSomethingElseIsRefused()
    {
        _ = new ExperimentFolder(_folder["e"], "options");
        Assert.That(() => new ExperimentFolder(_folder["e"], "others"), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("other options"));
        Directory.CreateDirectory(_folder["full"]);
        File.WriteAllText(_folder["full/letter.txt"], "mine");
        Assert.That(() => new ExperimentFolder(_folder["full"], "options"), Throws.InstanceOf<IOException>().With.Message.Contains("not empty"));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder["full"]).Count(), Is.EqualTo(1), "nothing was written");
        File.WriteAllText(_folder["e/units/unit.json"], "{ torn");
        Assert.That(
            () => new ExperimentFolder(_folder["e"], "options").Unit("unit", ClaimsJson.Default.PartResult, () => throw new InvalidOperationException()),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("unit.json").And.Message.Contains("delete it"));
    }

    [Test]
    public void TheConfigurationHoldsWhatDecidesUnitsAndNoMore()
    {
        IReadOnlyList<Part> plan = ClaimsPlan.Parts(quick: false);
        string Text(IReadOnlyList<Part> parts) => JsonSerializer.Serialize(ClaimsConfiguration.Of("/data", parts), ClaimsJson.Default.ClaimsConfiguration);
        Part scenes = plan[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(plan), Is.EqualTo(Text(ClaimsPlan.Parts(quick: false))));
            Assert.That(Text(plan), Is.Not.EqualTo(Text(ClaimsPlan.Parts(quick: true))), "other images");
            Assert.That(Text([scenes with { Options = scenes.Options with { Rate = 1e-4f } }]), Is.Not.EqualTo(Text([scenes])), "another rate");
            Assert.That(Text([scenes with { Methods = [.. scenes.Methods.Select(m => m with { Codes = [] })] }]), Is.Not.EqualTo(Text([scenes])), "other codes");
        }
    }

    [Test]
    public void DeviationsAreThoseOfASample()
    {
        Statistic three = Statistic.Of([.1, .2, .6]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(three.Mean, Is.EqualTo(.3).Within(1e-15));
            Assert.That(three.Deviation, Is.EqualTo(Math.Sqrt((.04 + .01 + .09) / 2)).Within(1e-15));
            Assert.That(three.ToString(), Is.EqualTo(".300 ± .265"));
            Assert.That(Statistic.Of([.25]).ToString(), Is.EqualTo(".250"));
        }
    }

    // Deviations of both methods are .01: a difference must exceed that, by both measures, real and in 64 bits.
    [TestCase(.30, .28, true)]
    [TestCase(.30, .295, false)]
    [TestCase(.30, .32, false)]
    public void AClaimHoldsWhereTheDifferenceExceedsTheDeviation(double better, double worse, bool holds)
    {
        Part part = ClaimsPlan.Parts(quick: false)[0];
        List<MethodResult> results = [];
        foreach ((string method, double value) in new[] { ("multiset", better), ("cosine", worse), ("set", 0d), ("shared", 0d) })
            for (int seed = 1; seed <= 3; seed++)
                results.Add(Result(part.Id, method, seed, [Code("real", 0, value + .01 * (seed - 2)), Code("composite", 64, value + .01 * (seed - 2)), Code("sign", 64, .2)]));
        ClaimVerdict[] verdicts = [.. ClaimVerdict.On(part, new ClaimsSummary([], results))];
        ClaimVerdict cosine = verdicts.Single(v => v.Claim == "multiset Jaccard beats cosine");
        Assert.That((cosine.Holds, cosine.Part), Is.EqualTo((holds, "scenes")));
        Assert.That(cosine.Evidence, Does.Contain(FormattableString.Invariant($"mAP@0.5 real {better:.000} ± .010 against {worse:.000} ± .010")));
        Assert.That(verdicts.Single(v => v.Claim == "multiset Jaccard beats set Jaccard").Holds, Is.True);
    }

    [TestCase(.286, .277, true)]
    [TestCase(.284, .277, false)]
    [TestCase(.286, .275, false)]
    public void CodesKeepTheirShare(double composite, double binarised, bool holds)
    {
        Part part = ClaimsPlan.Parts(quick: false)[0];
        MethodResult[] results =
        [
            Result(part.Id, "multiset", 1, [Code("real", 0, .3), Code("composite", 64, composite), Code("sign", 64, .1), Code("itq", 64, .2)]),
            Result(part.Id, "binarised", 1, [Code("sign", 64, binarised)]),
        ];
        ClaimVerdict verdict = ClaimVerdict.On(part, new ClaimsSummary([], results)).Single(v => v.Claim.StartsWith("64-bit composite codes", StringComparison.Ordinal));
        Assert.That(verdict.Holds, Is.EqualTo(holds));
        Assert.That(verdict.Evidence, Does.Contain("sign (multiset Jaccard, twice the margin, pulled to signs)"), "the best of the binary codes");
    }

    [Test]
    public void TablesAndChartsShowTheNumbers()
    {
        Part part = ClaimsPlan.Parts(quick: true)[0];
        MethodResult[] results =
        [
            Result(part.Id, "multiset", 1, [Code("real", 0, .3125), Code("composite", 64, .2875), Code("composite", 16, .25), Code("sign", 64, .2375)]),
            Result(part.Id, "outputs-16", 1, [Code("real", 0, .22), Code("sign", 16, .1625)]),
        ];
        PartResult[] parts = [new PartResult(part.Id, 1, 2000, 200, 1500, .75, .02, .12, .3, .015, 60)];
        var summary = new ClaimsSummary(parts, results);
        var report = new ClaimsReport(
            new ClaimsOptions("/data", 1, Quick: true), "a machine", parts, results, [new MissingPart("dice", "dice_d6 is not there")], [.. ClaimVerdict.On(part, summary)]);
        string text = ClaimsMarkdown.Write(report, [part]);
        ReportChart[] charts = [.. ClaimsCharts.Of(part, summary)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Does.StartWith("**A smoke run**"));
            Assert.That(text, Does.Contain("| multiset Jaccard, adaptive margin | .312 ").Or.Contain("| multiset Jaccard, adaptive margin | .313 "));
            Assert.That(text, Does.Contain("| chance | .020 | .120 | .300 |").And.Contain("tells 75.0 % of held-out"));
            Assert.That(text, Does.Match(@"\| signs, an output a bit \| \.16[23] \|  \|  \| \.23[78] \|  \|"));
            Assert.That(text, Does.Contain("**dice** was not run: dice_d6 is not there"));
            Assert.That(charts.Select(c => c.YLabel), Is.EqualTo(new[] { "mAP@0.5", "NDCG@k", "mean J" }));
            Assert.That(charts[0].Series[0].X, Is.EqualTo(new[] { 16.0, 64.0 }));
            Assert.That(charts[0].Series[0].Y, Is.EqualTo(new[] { .25, .2875 }));
        }
    }

    [Test]
    public void EveryMethodMakesValidOptionsInEveryPart([Values] bool quick)
    {
        foreach (Part part in ClaimsPlan.Parts(quick))
        {
            Assert.That(part.Methods.Select(m => m.Id), Is.Unique);
            foreach (Method method in part.Methods)
            {
                if (method.Apply is { } apply) Assert.That(() => apply(part.Options).Validate(), Throws.Nothing, $"{part.Id}, {method.Id}");
                foreach (QuantizerSpec spec in method.Codes)
                    if (spec.Kind is QuantizerKind.Sign) Assert.That(spec.Bits, Is.EqualTo(method.Apply!(part.Options).Network.Dimensions), $"{part.Id}, {method.Id}");
            }
        }
    }

    [Test]
    public void WhatCannotBeRunIsRefused()
    {
        Directory.CreateDirectory(_folder["empty"]);
        string data = _folder["empty"], output = _folder["out"];
        JkRunner.Run("experiment", "claims", "--data", _folder["none"], "--out", output).AssertFailed(1, "none", "--data");
        JkRunner.Run("experiment", "claims", "--data", data, "--out", output).AssertFailed(1, "none of the data sets");
        JkRunner.Run("experiment", "claims", "--data", data, "--out", output, "--parts", "scenes,cats").AssertFailed(2, "'cats'", "boards");
        JkRunner.Run("experiment", "claims", "--data", data, "--out", output, "--seeds", "0").AssertFailed(2, "--seeds is 0", "1 to 100");
        Assert.That(Directory.Exists(output), Is.False, "nothing was written");
    }

    // Levels known of these features over the same photos: SqueezeNet .502, MobileNetV2 .526, chance .344 for one random order.
    [TestCaseSource(typeof(SharedData), nameof(SharedData.Folders))]
    public void FrozenFeaturesReachTheLevelsKnownOfThem(string data)
    {
        JsonElement report = JkRunner.Run(
            "experiment", "claims", "--data", data, "--out", _folder["out"], "--parts", "photos-squeezenet-128,photos-mobilenet-128", "--device", "host", "--json").Json();
        JsonElement methods = report.GetProperty("methods"), parts = report.GetProperty("parts");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(methods.GetArrayLength(), Is.EqualTo(2));
            Assert.That(Map(methods[0]), Is.EqualTo(.502).Within(.01));
            Assert.That(Map(methods[1]), Is.EqualTo(.526).Within(.01));
            Assert.That(parts[0].GetProperty("chanceMap").GetDouble(), Is.EqualTo(.344).Within(.01));
            foreach (string file in new[] { "claims.md", "claims.json", "index.html" }) Assert.That(File.Exists(_folder[$"out/{file}"]), Is.True, file);
        }

        static double Map(JsonElement method) => method.GetProperty("codes")[0].GetProperty("map").GetDouble();
    }

    private static CodeResult Code(string code, int bits, double value) => new(code, bits, value, value, value);

    private static MethodResult Result(string part, string method, int seed, IReadOnlyList<CodeResult> codes) =>
        new(part, method, seed, codes, [1, 10], [.5, .6], [.5, 1.5], [.4, .1], 1, .5, 1);
}
