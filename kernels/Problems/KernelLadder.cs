namespace JaccardKernels.Problems;

/// <summary>
/// The variants of one operation on one backend, from the plain one, which is the readable specification of the rest, to the best. Which one
/// computes a problem is decided by what was forced, else by what was tuned, else by a rule.
/// </summary>
public abstract class KernelLadder
{
    private KernelChoice? _forced;

    private protected KernelLadder(string operation, IReadOnlyList<KernelVariant> variants) => (Operation, Variants) = (operation, variants);

    /// <summary>The name of the operation.</summary>
    public string Operation { get; }

    /// <summary>The variants, numbered from 1.</summary>
    public IReadOnlyList<KernelVariant> Variants { get; }

    /// <summary>Computes every problem from now on, or null for each problem's best.</summary>
    /// <exception cref="ArgumentException">There is no such variant, or it has no such tile.</exception>
    public KernelChoice? Forced
    {
        get => _forced;
        set
        {
            if (value is { } choice) Require(choice);
            _forced = value;
            Forget();
        }
    }

    /// <summary>The variant of that number.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public KernelVariant Find(int number) =>
        number >= 1 && number <= Variants.Count
            ? Variants[number - 1]
            : throw new ArgumentException($"{Operation} has no variant {number}; there are {string.Join(", ", Variants)}.", nameof(number));

    /// <summary>Why a variant cannot compute a problem on this device, as the end of a sentence; null where it can.</summary>
    public abstract string? WhyNot(int variant, IProblem problem);

    /// <summary>Bytes that a choice moves between the chip and its memory if nothing is cached between groups.</summary>
    public abstract long Traffic(KernelChoice choice, IProblem problem);

    /// <summary>What computes a problem.</summary>
    public abstract KernelChoice Choose(IProblem problem);

    /// <summary>The class of problems that a problem is tuned with.</summary>
    public abstract string ClassOf(IProblem problem);

    /// <summary>Drops what was decided, because what it was decided by has changed.</summary>
    public abstract void Forget();

    /// <summary>Refuses a choice that there is not.</summary>
    /// <exception cref="ArgumentException">There is no such variant, or it has no such tile.</exception>
    protected void Require(KernelChoice choice)
    {
        KernelVariant variant = Find(choice.Variant);
        if (choice.Tile is { } tile && !variant.Tiles.Contains(tile))
        {
            string tiles = variant.Tiles.Count == 0 ? "it has none" : $"there are {string.Join(", ", variant.Tiles)}";
            throw new ArgumentException($"{Operation}, variant {variant}, has no tile '{tile}'; {tiles}.", nameof(choice));
        }
    }
}

/// <summary>The variants of an operation with problems of one type.</summary>
/// <typeparam name="TProblem">The type of its problems.</typeparam>
/// <param name="operation">The name of the operation.</param>
/// <param name="variants">The variants, numbered from 1 in this order.</param>
public sealed class KernelLadder<TProblem>(string operation, IReadOnlyList<KernelVariant<TProblem>> variants) : KernelLadder(operation, variants)
    where TProblem : struct, IProblem<TProblem>
{
    private readonly Dictionary<TProblem, KernelChoice> _chosen = [];

    /// <summary>What computes a problem where nothing was forced or tuned.</summary>
    public required Func<TProblem, KernelChoice> Rule { get; init; }

    /// <summary>The class of problems that a problem is tuned with; sizes rounded, so that there are few.</summary>
    public required Func<TProblem, string> Class { get; init; }

    /// <summary>What was tuned for a class of problems of this operation, or null.</summary>
    public Func<string, string, KernelChoice?> Tuned { get; init; } = (_, _) => null;

    /// <summary>What computes a problem; allocates nothing once the problem was seen.</summary>
    /// <exception cref="ArgumentException">What was forced cannot compute it; the message says why.</exception>
    public KernelChoice Choose(in TProblem problem)
    {
        if (_chosen.TryGetValue(problem, out KernelChoice chosen)) return chosen;
        return _chosen[problem] = Complete(Forced is { } forced ? Checked(forced, problem) : TunedFor(problem) ?? Rule(problem));
    }

    /// <inheritdoc/>
    public override KernelChoice Choose(IProblem problem) => Choose((TProblem)problem);

    /// <inheritdoc/>
    public override string? WhyNot(int variant, IProblem problem) => Variant(variant).WhyNot((TProblem)problem);

    /// <inheritdoc/>
    public override long Traffic(KernelChoice choice, IProblem problem) => Variant(choice.Variant).Traffic((TProblem)problem, Complete(choice).Tile);

    /// <inheritdoc/>
    public override string ClassOf(IProblem problem) => Class((TProblem)problem);

    /// <inheritdoc/>
    public override void Forget() => _chosen.Clear();

    private KernelVariant<TProblem> Variant(int number) => (KernelVariant<TProblem>)Find(number);

    // A tuned choice may come from a file of another version, or from a problem of the class that had fewer odd sizes.
    private KernelChoice? TunedFor(in TProblem problem)
    {
        if (Tuned(Operation, Class(problem)) is not { } tuned || tuned.Variant < 1 || tuned.Variant > Variants.Count) return null;
        KernelVariant<TProblem> variant = Variant(tuned.Variant);
        return (tuned.Tile is null || variant.Tiles.Contains(tuned.Tile)) && variant.WhyNot(problem) is null ? tuned : null;
    }

    private KernelChoice Complete(KernelChoice choice) =>
        choice.Tile is null && Variant(choice.Variant).Tiles is [var first, ..] ? choice with { Tile = first } : choice;

    private KernelChoice Checked(KernelChoice forced, in TProblem problem) =>
        Variant(forced.Variant).WhyNot(problem) is { } why
            ? throw new ArgumentException($"{Operation} {problem}, variant {Variant(forced.Variant)}: {why}.", nameof(problem))
            : forced;
}
