using System.CommandLine;
using JaccardKernels.Cases;

namespace JaccardKernels.Cli.Verbs;

/// <summary>Which operation and which problem: what the verbs of <c>jk kernel</c> share.</summary>
internal static class KernelOptions
{
    /// <summary>The operation's name.</summary>
    public static Argument<string?> CreateName(bool required) => new("operation")
    {
        HelpName = "NAME",
        Description = required ? "The operation, as 'jk kernel list' names it." : "The operation, as 'jk kernel list' names it; all if left out.",
        Arity = required ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
    };

    /// <summary>The operation of that name, or all.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static IReadOnlyList<OperationCase> Select(string? name) => name is null ? CaseCatalog.All : [CaseCatalog.Find(name)];

    /// <summary>Refuses a problem without an operation to which it belongs.</summary>
    /// <exception cref="ArgumentException">There is no name.</exception>
    public static void RequireNameFor(string? problem, string? name)
    {
        if (problem is not null && name is null) throw new ArgumentException("--problem needs the name of the operation.");
    }
}
