using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>What was fastest for a class of problems.</summary>
/// <param name="Operation">The operation of the ladder.</param>
/// <param name="Math">The backend's mode of products.</param>
/// <param name="Problems">The class.</param>
/// <param name="Variant">The number of the variant.</param>
/// <param name="Tile">Its tile, where it has any.</param>
/// <param name="Seconds">Its median, the mean over the problems of the class.</param>
public sealed record FastestVariant(string Operation, string Math, string Problems, int Variant, string? Tile, double Seconds);

/// <summary>
/// Checks, then times every variant of a ladder with every tile that may compute a problem in the backend's mode of products, and keeps the
/// fastest of each class of problems. Single runs with cold caches are compared, as they are in a network, where the device has a clock for them.
/// </summary>
public sealed class KernelTuner
{
    private readonly IBackend _backend;
    private readonly LadderTimer _timer;
    private readonly List<(string Operation, string Class, IReadOnlyList<LadderTiming> Rows)> _tried = [];

    /// <summary>Prepares a backend's tuning.</summary>
    /// <param name="backend">What to tune.</param>
    /// <param name="duration">How long to time one variant with one tile at one problem.</param>
    public KernelTuner(IBackend backend, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(backend);
        _backend = backend;
        _timer = new LadderTimer(
            new CaseTimer(backend) { Duration = duration, WarmUp = duration / 5, Cold = backend is IDeviceTimer { HasDeviceClock: true } }, backend);
    }

    /// <summary>All that was timed, or could not be, or was wrong.</summary>
    public IEnumerable<LadderTiming> Tried => _tried.SelectMany(tried => tried.Rows);

    /// <summary>The fastest of every class so far; a wrong variant is never one.</summary>
    public IReadOnlyList<FastestVariant> Fastest =>
    [
        .. _tried.GroupBy(tried => (tried.Operation, tried.Class))
            .Select(group => FastestOf(group.Key.Operation, group.Key.Class, [.. group.Select(tried => tried.Rows)]))
            .OfType<FastestVariant>(),
    ];

    /// <summary>The operations whose problems a ladder computes: its own and those built on it.</summary>
    public static IEnumerable<OperationCase> CasesOf(KernelLadder ladder)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        return CaseCatalog.All.Where(operation => (operation.ComputedBy ?? operation.Name) == ladder.Operation);
    }

    /// <summary>Times one problem in all the ways that there are.</summary>
    /// <param name="instance">An operation with a ladder on the backend.</param>
    /// <param name="starting">Told each choice before its turn.</param>
    public void Tune(OperationInstance instance, Action<KernelChoice>? starting = null)
    {
        ArgumentNullException.ThrowIfNull(instance);
        KernelLadder ladder = instance.Case.LadderOn(_backend)
            ?? throw new ArgumentException($"{instance.Case} has no variants on {_backend.Info.Kind}.", nameof(instance));
        IEnumerable<KernelChoice> choices = LadderTimer.Choices(ladder)
            .Where(choice => ProductMaths.Allows(_backend.ProductMath, ladder.Find(choice.Variant).Math));
        _tried.Add((ladder.Operation, ladder.ClassOf(instance.LadderProblem), _timer.Time(instance, choices, starting)));
    }

    // Where a class was timed at several problems: the choice that computes all, with the least sum of times over the fastest of each problem.
    private FastestVariant? FastestOf(string operation, string problems, IReadOnlyList<IReadOnlyList<LadderTiming>> tried)
    {
        var candidates = tried.SelectMany(rows =>
            {
                double least = rows.Min(row => row.Timing?.Median ?? double.MaxValue);
                return rows.Where(row => row.Timing is not null)
                    .Select(row => (row.Variant, row.Tile, row.Timing!.Median, Ratio: row.Timing.Median / least));
            })
            .GroupBy(row => (row.Variant, row.Tile))
            .Where(group => group.Count() == tried.Count)
            .ToList();
        if (candidates.Count == 0) return null;
        var best = candidates.MinBy(group => group.Sum(row => row.Ratio))!;
        return new FastestVariant(
            operation, ProductMaths.NameOf(_backend.ProductMath), problems, best.Key.Variant, best.Key.Tile, best.Average(row => row.Median));
    }
}
