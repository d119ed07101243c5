using JaccardKernels.Cases;
using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Tests.Gpu;

/// <summary>Operations that load 128 bits at once are as right on slices at which no such load may be made.</summary>
[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class UnalignedOperandTests(string kind)
{
    private static readonly string[] s_operations =
    [
        "Adam", "Add", "BatchNormalizationBackward", "BatchNormalizationForward", "BatchNormalizationInference", "ConcatenateBackward",
        "ConcatenateForward", "ConvolutionBackwardBias", "Copy", "Dropout", "Fill", "GlobalPoolingBackward", "GlobalPoolingForward", "MomentumSgd",
        "ReduceColumns", "ReluBackward", "ReluForward", "SignQuantization", "TanhBackward", "TanhForward",
    ];

    private GpuBackend _backend = null!;

    private static IEnumerable<OperationCase> Operations => s_operations.Select(name => CaseCatalog.All.Single(operation => operation.Name == name));

    [OneTimeSetUp]
    public void Open() => _backend = GpuKinds.Open(kind);

    [OneTimeTearDown]
    public void Close() => _backend.Dispose();

    [TestCaseSource(nameof(Operations))]
    public void AreRight(OperationCase operation)
    {
        foreach (string problem in operation.TinyProblems)
        {
            CaseResult result = CaseRunner.CheckUnaligned(operation.Parse(problem), _backend);
            Assert.That(result.Passed, Is.True, result.ToString());
        }
    }
}
