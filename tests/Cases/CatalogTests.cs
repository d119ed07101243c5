using System.Reflection;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Cases;

public class CatalogTests
{
    private static readonly string[] s_services =
    [
        nameof(IBackend.Allocate), nameof(IBackend.Upload), nameof(IBackend.Download), nameof(IBackend.Synchronize),
        nameof(IBackend.StageUpload), nameof(IBackend.StageDownload), nameof(IBackend.PrepareFilters), nameof(IChannelsLast.Computes),
    ];

    [Test]
    public void EveryMethodOfTheSeamHasACase()
    {
        IEnumerable<string> methods = typeof(IBackend).GetMethods().Concat(typeof(IChannelsLast).GetMethods())
            .Where(m => !m.IsSpecialName).Select(m => m.Name).Except(s_services);
        IEnumerable<string> compositions = typeof(BackendExtensions).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(m => m.GetParameters().Any(p => typeof(IProblem).IsAssignableFrom(p.ParameterType.GetElementType()))).Select(m => m.Name);
        Assert.That(CaseCatalog.All.Select(c => c.Name), Is.EquivalentTo(methods.Concat(compositions)));
    }

    [TestCaseSource(typeof(CaseCatalog), nameof(CaseCatalog.All))]
    public void EveryProblemParsesBack(OperationCase operation)
    {
        foreach (string problem in operation.Problems.Concat(operation.TinyProblems).Concat(operation.BenchmarkProblems))
        {
            IProblem parsed = operation.Parse(problem).Problem;
            Assert.That(operation.Parse($"{parsed}").Problem, Is.EqualTo(parsed));
        }
        Assert.That(operation.Problems, Is.Unique);
        Assert.That(operation.Tolerance, Is.LessThanOrEqualTo(1e-9));
    }

    [Test]
    public void FillIsReproducibleAndRoundedToFloat()
    {
        OperationInstance instance = CaseCatalog.Find("Gemm").Parse("m5n9k7acc1");
        double[] a = [.. Values(instance.Fill(1, FillMode.Random), "a")], again = [.. Values(instance.Fill(1, FillMode.Random), "a")];
        double[] other = [.. Values(instance.Fill(2, FillMode.Random), "a")];
        Assert.That(again, Is.EqualTo(a));
        Assert.That(other, Is.Not.EqualTo(a));
        Assert.That(a.Select(v => (double)(float)v), Is.EqualTo(a));
    }

    [Test]
    public void UnknownNamesAreAnsweredWithNearOnes() =>
        Assert.That(
            () => CaseCatalog.Find("pooling"),
            Throws.ArgumentException.With.Message.Contains("MaxPoolingForward").And.Message.Not.Contains("Gemm"));

    [Test]
    public void NamesAreFoundInAnyCase() => Assert.That(CaseCatalog.Find("hammingtopk").Name, Is.EqualTo("HammingTopK"));

    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(7)]
    [TestCase(100)]
    public void TripletsAreOfDistinctRows(int rows)
    {
        ReadOnlySpan<int> triplets = CaseCatalog.Find("TripletLoss").Parse($"n{rows}d1t200").Fill(3, FillMode.Random)["triplets"];
        for (int t = 0; t < 200; t++)
            Assert.That(new HashSet<int>(triplets.Slice(3 * t, 3).ToArray()), Has.Count.EqualTo(3).And.All.InRange(0, rows - 1));
    }

    [Test]
    public void CountsHaveEmptyRowsAndRepeatedObjects()
    {
        ReadOnlySpan<int> counts = CaseCatalog.Find("CountSimilarity").Parse("m100n1c80").Fill(3, FillMode.Random)["a"];
        int[][] rows = [.. counts.ToArray().Chunk(80)];
        Assert.That(rows.Count(r => r.Sum() == 0), Is.InRange(5, 25));
        Assert.That(counts.ToArray().Max(), Is.GreaterThan(3));
        Assert.That(counts.ToArray().Min(), Is.Zero);
    }

    private static double[] Values(ReferenceValues values, string name) => ((ReadOnlySpan<double>)values[name]).ToArray();
}
