using JaccardKernels.Cases;
using JaccardKernels.Problems;

namespace JaccardKernels.Benchmarks;

/// <summary>What was asked for.</summary>
internal sealed record BenchOptions
{
    // One problem of each operation says little of products, convolutions and searches, whose shape decides: these are added.
    private static readonly string[] s_quickExtras =
    [
        "Gemm m1024n1024k1024", "ConvolutionForward mb8ic3ih224oc64kh11sh4ph2", "ConvolutionForward mb8ic256ih56oc64kh1",
        "HammingTopK q1n1000000b64k100", "HammingDistance q1n100000b4096",
    ];

    /// <summary>Few problems, short samples.</summary>
    public bool Quick { get; init; }

    /// <summary>Devices, as <c>jk devices</c> names them; empty for the host and every usable GPU.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Numbers of threads of the host; empty for one for each processor.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [];

    /// <summary>Parts of "operation problem", any of which suffices; empty for all.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>What products may be rounded to, on a GPU.</summary>
    public ProductMath Math { get; init; }

    /// <summary>The commit of the program, as whoever built it tells.</summary>
    public string Commit { get; init; } = "not told";

    /// <summary>Print JSON in place of the table.</summary>
    public bool Json { get; init; }

    /// <summary>The folder of the results; null for benchmarks/results of the repository.</summary>
    public string? Out { get; init; }

    /// <summary>Put the table into README.md.</summary>
    public bool UpdateReadme { get; init; }

    /// <summary>The folder of the solution.</summary>
    public string Repository { get; init; } = ".";

    /// <summary>How long to measure one operation.</summary>
    public TimeSpan Duration => TimeSpan.FromMilliseconds(Quick ? 200 : 500);

    /// <summary>How long to run one operation before.</summary>
    public TimeSpan WarmUp => TimeSpan.FromMilliseconds(Quick ? 50 : 100);

    /// <summary>How long to measure one rate of the roof.</summary>
    public TimeSpan RoofDuration => TimeSpan.FromMilliseconds(Quick ? 20 : 50);

    /// <summary>The operations to time, in the order of the catalog.</summary>
    /// <param name="more">Problems of an operation beyond its own, which a quick run leaves out.</param>
    /// <exception cref="ArgumentException">Nothing is left.</exception>
    public IReadOnlyList<OperationInstance> Select(Func<OperationCase, IReadOnlyList<string>>? more = null)
    {
        OperationInstance[] selected =
        [
            .. from operation in CaseCatalog.All
               from problem in operation.BenchmarkProblems.Concat(more?.Invoke(operation) ?? []).Index()
               let name = $"{operation.Name} {problem.Item}"
               where !Quick || problem.Index == 0 || s_quickExtras.Contains(name)
               where Filters.Count == 0 || Filters.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))
               select operation.Parse(problem.Item),
        ];
        return selected.Length > 0
            ? selected
            : throw new ArgumentException(
                $"no benchmark contains '{string.Join("' or '", Filters)}'; --list names them{(Quick ? ", --quick leaves most out" : "")}.");
    }
}
