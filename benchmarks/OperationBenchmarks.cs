using BenchmarkDotNet.Attributes;
using JaccardKernels.Cases;
using JaccardKernels.Engine;

namespace JaccardKernels.Benchmarks;

/// <summary>Every benchmark problem of the catalog on every target, as BenchmarkDotNet runs it.</summary>
public class OperationBenchmarks : IDisposable
{
    private IBackend? _backend;
    private LoadedInstance? _loaded;

    /// <summary>What to run; set before the run, which stays in this process.</summary>
    internal static BenchOptions Options { get; set; } = new();

    /// <summary>The targets.</summary>
    public static IEnumerable<BenchTarget> Targets => BenchTarget.From(Options);

    /// <summary>The operations, each at a problem.</summary>
    public static IEnumerable<OperationInstance> Operations => Options.Select();

    /// <summary>Where to run.</summary>
    [ParamsSource(nameof(Targets))]
    public BenchTarget Target { get; set; } = null!;

    /// <summary>What to run.</summary>
    [ParamsSource(nameof(Operations))]
    public OperationInstance Operation { get; set; } = null!;

    /// <summary>Checks the operation, and puts its operands in place.</summary>
    /// <exception cref="InvalidOperationException">The result is wrong: a wrong kernel is never timed.</exception>
    [GlobalSetup]
    public void Load()
    {
        _backend = Target.Open();
        _ = new CaseTimer(_backend).Verify(Operation);
        _loaded = new LoadedInstance(Operation, _backend);
    }

    /// <summary>Runs the operation once and waits for the device.</summary>
    [Benchmark]
    public void Run() => _loaded!.Run();

    /// <summary>Frees the operands and closes the target.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _loaded?.Dispose();
        _backend?.Dispose();
        (_loaded, _backend) = (null, null);
        GC.SuppressFinalize(this);
    }
}
