using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>
/// One operation as tests, benchmarks and the command line see it: how to fill, run and judge it. The same declaration serves accuracy on every
/// backend, exactness, guards, determinism, gradients and time. A case is data; see the files under Operations, any of which is one to copy.
/// </summary>
public abstract class OperationCase
{
    private protected OperationCase(string name, string summary) => (Name, Summary) = (name, summary);

    /// <summary>The name of the method of the backend.</summary>
    public string Name { get; }

    /// <summary>The formula, in a line.</summary>
    public string Summary { get; }

    /// <summary>Problems to check: odd shapes, tails, strides, sizes of 1.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>One to three problems small enough for a simulator.</summary>
    public required IReadOnlyList<string> TinyProblems { get; init; }

    /// <summary>Problems to time: those of real networks and searches; the first stands for all where time is short.</summary>
    public required IReadOnlyList<string> BenchmarkProblems { get; init; }

    /// <summary>
    /// The largest normalised mean squared error of a float output, <c>mean((y - r)^2) / mean(r^2)</c>. fp32 rounding of one operation gives about
    /// 1e-15; 1e-12 leaves room for sums of some ten thousand terms in any order.
    /// </summary>
    public double Tolerance { get; init; } = 1e-12;

    /// <summary>The operation whose ladder computes it, where that is another: a fully connected layer is a matrix product.</summary>
    public string? ComputedBy { get; init; }

    /// <summary>
    /// Operands that may be one memory: the first may be the second. An output that may be an input must give the same bits in place; two inputs
    /// that may be one must give the same bits as two copies.
    /// </summary>
    public IReadOnlyList<(string Operand, string Other)> MayShare { get; init; } = [];

    /// <summary>Whether a backend computes it; all do, but for what the seam says is optional.</summary>
    public Func<IBackend, bool> IsOn { get; init; } = _ => true;

    /// <summary>Its derivative is declared, so <see cref="CaseRunner.CheckGradients"/> can compare it with central differences.</summary>
    public abstract bool HasGradient { get; }

    /// <summary>The operation at one problem.</summary>
    /// <exception cref="ArgumentException">The text is not such a problem.</exception>
    public abstract OperationInstance Parse(string problem);

    /// <summary>Its ladder on a backend, or null where there is one way only.</summary>
    public KernelLadder? LadderOn(IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return backend.Ladders.FirstOrDefault(ladder => ladder.Operation == (ComputedBy ?? Name));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>An operation with problems of one type.</summary>
/// <typeparam name="TProblem">The type of its problems.</typeparam>
/// <param name="name">The name of the method of the backend.</param>
/// <param name="summary">The formula, in a line.</param>
public sealed class OperationCase<TProblem>(string name, string summary) : OperationCase(name, summary)
    where TProblem : struct, IProblem<TProblem>
{
    /// <summary>The operands of a problem, in the order of the method of the backend.</summary>
    public required Func<TProblem, Operand[]> Operands { get; init; }

    /// <summary>Runs the specification.</summary>
    public required Action<TProblem, ReferenceValues> Reference { get; init; }

    /// <summary>Runs a backend's method.</summary>
    public required Action<IBackend, TProblem, DeviceOperands> Run { get; init; }

    /// <summary>The problem that <see cref="OperationCase.ComputedBy"/> is given, where that is another operation.</summary>
    public Func<TProblem, IProblem> ComputedAs { get; init; } = problem => problem;

    /// <summary>Operations of the plain algorithm, where they are not those that the problem states: it may describe several operations.</summary>
    public Func<TProblem, long> Flops { get; init; } = problem => problem.Flops;

    /// <summary>Which problems are exact in fp32 on small integers, whatever the order of summation.</summary>
    public Func<TProblem, bool> ExactOnIntegers { get; init; } = _ => false;

    /// <summary>The derivative, if the operation is a forward pass or a loss.</summary>
    public GradientDeclaration<TProblem>? Gradient { get; init; }

    /// <inheritdoc/>
    public override bool HasGradient => Gradient is not null;

    /// <inheritdoc/>
    public override OperationInstance Parse(string problem) => new OperationInstance<TProblem>(this, TProblem.Parse(problem));
}
