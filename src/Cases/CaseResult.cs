using System.Globalization;

namespace JaccardKernels.Cases;

/// <summary>What is checked of an operation.</summary>
public enum CheckKind
{
    /// <summary>Random values: error of floats within the case's tolerance, integers equal.</summary>
    Accuracy,

    /// <summary>Small integers: every output equal to the reference.</summary>
    Exactness,

    /// <summary>Inputs and the memory around every operand are untouched.</summary>
    Guards,

    /// <summary>The same bits again, and from backends with other numbers of threads.</summary>
    Determinism,

    /// <summary>The same bits when operands that may share memory do.</summary>
    Sharing,

    /// <summary>The reference's backward pass against central differences of its forward pass.</summary>
    Gradients,
}

/// <summary>How far one operand was from its limit.</summary>
/// <param name="Operand">Its name.</param>
/// <param name="Error">The error, in the measure of the check.</param>
/// <param name="Limit">The largest error that passes; 0 where equality is asked for.</param>
/// <param name="Fault">What is wrong beyond a number, or null.</param>
public sealed record OutputMargin(string Operand, double Error, double Limit, string? Fault = null)
{
    /// <summary>Within the limit, and nothing else is wrong.</summary>
    public bool Passed => Fault is null && Error <= Limit;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Operand} {(Limit > 0 ? $"{Error:0.0e+0} of {Limit:0.0e+0}" : Passed ? "equal" : "differs")}{(Fault is null ? "" : $": {Fault}")}");
}

/// <summary>One check of one instance.</summary>
/// <param name="Kind">What was checked.</param>
/// <param name="Margins">Of every operand concerned.</param>
public sealed record CaseCheck(CheckKind Kind, IReadOnlyList<OutputMargin> Margins)
{
    /// <summary>All operands are within their limits.</summary>
    public bool Passed => Margins.All(m => m.Passed);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} {(Passed ? "ok" : "FAILED")} ({string.Join("; ", Margins)})";
}

/// <summary>All checks of one instance on one backend.</summary>
/// <param name="Operation">The operation's name.</param>
/// <param name="Problem">The problem's text form.</param>
/// <param name="Backend">The kind of the backend, "reference" for gradients.</param>
/// <param name="Checks">What was checked.</param>
public sealed record CaseResult(string Operation, string Problem, string Backend, IReadOnlyList<CaseCheck> Checks)
{
    /// <summary>The variant that was forced, or null where the backend chose.</summary>
    public string? Variant { get; init; }

    /// <summary>Every check passed.</summary>
    public bool Passed => Checks.All(c => c.Passed);

    /// <inheritdoc/>
    public override string ToString()
    {
        string name = Variant is null ? $"{Operation} {Problem}" : $"{Operation} {Problem}, variant {Variant},";
        return $"{name} on {Backend}: {(Passed ? "ok" : "FAILED")}{string.Concat(Checks.Select(c => $"{Environment.NewLine}  {c}"))}";
    }
}
