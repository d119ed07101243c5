using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Cases;

/// <summary>Every variant of every operation that has a ladder, cut into every tile, on every backend.</summary>
public class VariantTests
{
    private static IEnumerable<TestCaseData> Choices =>
        from backend in Backends.Chosen
        where backend != "reference"
        from ladder in Backends.Open(backend)[0].Ladders
        from variant in ladder.Variants
        from tile in variant.Tiles.DefaultIfEmpty()
        select new TestCaseData(backend, ladder.Operation, new KernelChoice(variant.Number, tile))
            .SetArgDisplayNames(backend, ladder.Operation, $"{variant} {tile}".Trim());

    [TestCaseSource(nameof(Choices))]
    public void IsRight(string backendName, string operationName, KernelChoice choice)
    {
        IBackend backend = Backends.Open(backendName)[0];
        OperationCase operation = CaseCatalog.Find(operationName);
        KernelLadder ladder = operation.LadderOn(backend)!;
        ladder.Forced = choice;
        try
        {
            foreach (string problem in Backends.ProblemsFor(backendName, operation))
            {
                OperationInstance instance = operation.Parse(problem);
                if (ladder.WhyNot(choice.Variant, instance.Problem) is not null) continue;
                CaseResult result = CaseRunner.Check(instance, backend);
                TestContext.Out.WriteLine(result);
                Assert.That(result.Passed, Is.True, result.ToString());
            }
        }
        finally
        {
            ladder.Forced = null;
        }
    }
}
