using JaccardKernels.Cases;
using JaccardKernels.Engine;

namespace JaccardKernels.Tests.Cases;

/// <summary>Every operation, every problem, every backend.</summary>
[TestFixture]
public class OperationCaseTests
{
    // Central differences run the reference some hundred times.
    private const long LargestGradientProblem = 3_000_000;

    private static IEnumerable<TestCaseData> Instances =>
        from backend in Backends.Chosen
        from operation in CaseCatalog.All
        from problem in Backends.ProblemsFor(backend, operation)
        select new TestCaseData(backend, operation, problem).SetArgDisplayNames(backend, operation.Name, problem);

    private static IEnumerable<TestCaseData> Differentiable =>
        from operation in CaseCatalog.All
        where operation.HasGradient
        from problem in operation.Problems
        where operation.Parse(problem).Problem.Flops <= LargestGradientProblem
        select new TestCaseData(operation, problem).SetArgDisplayNames(operation.Name, problem);

    [OneTimeTearDown]
    public void CloseBackends() => Backends.CloseAll();

    [TestCaseSource(nameof(Instances))]
    public void IsRight(string backend, OperationCase operation, string problem)
    {
        IBackend[] backends = Backends.Open(backend);
        Report(CaseRunner.Check(operation.Parse(problem), backends[0], backends[1..]));
    }

    [TestCaseSource(nameof(Differentiable))]
    public void GradientIsTheDerivative(OperationCase operation, string problem) => Report(CaseRunner.CheckGradients(operation.Parse(problem)));

    private static void Report(CaseResult result)
    {
        TestContext.Out.WriteLine(result);
        Assert.That(result.Passed, Is.True, result.ToString());
    }
}
