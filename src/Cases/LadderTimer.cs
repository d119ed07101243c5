using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>One variant of a ladder, cut into one tile, at one problem: what it moves and how long it took, or why it could not.</summary>
/// <param name="Operation">The operation's name.</param>
/// <param name="Problem">The problem's text form.</param>
/// <param name="Variant">The number of the variant.</param>
/// <param name="Name">Its name.</param>
/// <param name="Idea">The idea it adds.</param>
/// <param name="Math">What it multiplies in.</param>
/// <param name="Tile">The tile; null where it has none.</param>
/// <param name="Flops">Operations of the plain algorithm.</param>
/// <param name="Traffic">Bytes it moves to and from memory if nothing is cached between groups.</param>
/// <param name="Timing">The measurement, or null.</param>
/// <param name="WhyNot">Why it cannot compute the problem, or null.</param>
/// <param name="Fault">What was wrong with its result, or null.</param>
public sealed record LadderTiming(
    string Operation, string Problem, int Variant, string Name, string Idea, string Math, string? Tile, long Flops, long Traffic,
    TimingResult? Timing, string? WhyNot, string? Fault)
{
    /// <summary>How many times as fast as the plain variant it was; null where either was not timed.</summary>
    public double? TimesThePlain { get; init; }
}

/// <summary>Times variants of ladders, each forced for its turn.</summary>
/// <param name="timer">Checks and times.</param>
/// <param name="backend">The timer's backend.</param>
public sealed class LadderTimer(CaseTimer timer, IBackend backend)
{
    /// <summary>Every variant of a ladder with each of its tiles.</summary>
    public static IEnumerable<KernelChoice> Choices(KernelLadder ladder)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        return from variant in ladder.Variants
               from tile in variant.Tiles.DefaultIfEmpty()
               select new KernelChoice(variant.Number, tile);
    }

    /// <summary>Times some choices at one problem; one that is wrong or cannot is told, not thrown.</summary>
    /// <param name="instance">An operation with a ladder on the backend.</param>
    /// <param name="choices">The choices, in the order of the result.</param>
    /// <param name="starting">Told each choice before its turn.</param>
    /// <exception cref="ArgumentException">There is no such variant, or it has no such tile.</exception>
    public IReadOnlyList<LadderTiming> Time(OperationInstance instance, IEnumerable<KernelChoice> choices, Action<KernelChoice>? starting = null)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(choices);
        KernelLadder ladder = LadderOf(instance);
        List<LadderTiming> rows = [];
        LoadedInstance? loaded = null;
        try
        {
            foreach (KernelChoice choice in choices)
            {
                starting?.Invoke(choice);
                rows.Add(Time(instance, ladder, choice, ref loaded));
            }
        }
        finally
        {
            loaded?.Dispose();
        }
        double? plain = rows.Find(row => row.Variant == 1)?.Timing?.Median;
        return [.. rows.Select(row => row with { TimesThePlain = plain / row.Timing?.Median })];
    }

    /// <summary>Times what the backend chooses for a problem, beside the plain variant.</summary>
    /// <param name="instance">An operation with a ladder on the backend.</param>
    /// <exception cref="ArgumentException">The operation has no ladder.</exception>
    public LadderTiming TimeChosen(OperationInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return Time(instance, [new KernelChoice(1), LadderOf(instance).Choose(instance.LadderProblem)])[^1];
    }

    private KernelLadder LadderOf(OperationInstance instance) => instance.Case.LadderOn(backend)
        ?? throw new ArgumentException($"{instance.Case} has no variants on {backend.Info.Kind}.", nameof(instance));

    private LadderTiming Time(OperationInstance instance, KernelLadder ladder, KernelChoice choice, ref LoadedInstance? loaded)
    {
        KernelVariant variant = ladder.Find(choice.Variant);
        using var forced = new ForcedChoice(ladder, choice);
        string? whyNot = ladder.WhyNot(choice.Variant, instance.LadderProblem), fault = null;
        TimingResult? timing = null;
        try
        {
            // Operands are drawn once for all choices: it takes longer than most of them.
            if (whyNot is null) timing = timer.Time(instance, loaded ??= new LoadedInstance(instance, backend));
        }
        catch (InsufficientMemoryException exception)
        {
            whyNot = exception.Message;
        }
        catch (InvalidOperationException exception)
        {
            fault = exception.Message;
        }
        long traffic = whyNot is null ? ladder.Traffic(choice, instance.LadderProblem) : 0;
        return new LadderTiming(
            instance.Case.Name, $"{instance.Problem}", variant.Number, variant.Name, variant.Idea, ProductMaths.NameOf(variant.Math),
            timing?.Tile ?? choice.Tile ?? (variant.Tiles.Count > 0 ? variant.Tiles[0] : null), instance.Flops, traffic, timing, whyNot, fault);
    }
}
