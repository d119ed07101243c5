using System.CommandLine;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cli.Verbs;

/// <summary>Which variants of an operation's ladder: <c>--variant N[:TILE]|all</c>.</summary>
internal sealed class VariantOption
{
    private const string All = "all";

    private readonly Option<string?> _variant = new("--variant")
    {
        HelpName = "N[:TILE]|all",
        Description = "Compute with one variant of the operation, or with each in turn; 'jk kernel list NAME' lists them.",
    };

    /// <summary>Adds the option to a verb.</summary>
    public VariantOption(Command verb) => verb.Options.Add(_variant);

    /// <summary>It stood on the command line.</summary>
    public bool IsGiven(VerbContext context) => context.Get(_variant) is not null;

    /// <summary>Refuses a variant without an operation to which it belongs.</summary>
    /// <exception cref="ArgumentException">There is no name.</exception>
    public void RequireName(VerbContext context, string? name)
    {
        if (IsGiven(context) && name is null) throw new ArgumentException("--variant needs the name of the operation.");
    }

    /// <summary>The ladder of an operation.</summary>
    /// <exception cref="ArgumentException">The backend has one way only.</exception>
    public static KernelLadder LadderOf(OperationCase operation, IBackend backend)
    {
        if (operation.LadderOn(backend) is { } ladder) return ladder;
        string others = backend.Ladders.Count > 0 ? $"there are some of {string.Join(", ", backend.Ladders.Select(l => l.Operation))}" : "no operation has";
        throw new ArgumentException($"{operation} has no variants on {backend.Info.Kind}; {others}.");
    }

    /// <summary>The choices asked for, each of which the ladder has.</summary>
    /// <exception cref="ArgumentException">There is no such variant or tile; the message lists what there is.</exception>
    public IReadOnlyList<KernelChoice> Choices(VerbContext context, OperationCase operation, IBackend backend)
    {
        KernelLadder ladder = LadderOf(operation, backend);
        string text = context.Get(_variant)!;
        if (text == All) return [.. LadderTimer.Choices(ladder)];
        KernelChoice choice = KernelChoice.Parse(text);
        // Forced and undone at once: the ladder refuses what it has not, before anything is computed.
        using var forced = new ForcedChoice(ladder, choice);
        return [choice];
    }
}
