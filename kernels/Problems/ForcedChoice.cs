namespace JaccardKernels.Problems;

/// <summary>Forces a choice on a ladder until disposed, which restores what was forced before: also where the work between fails.</summary>
public sealed class ForcedChoice : IDisposable
{
    private readonly KernelLadder _ladder;
    private readonly KernelChoice? _before;

    /// <summary>Forces a choice.</summary>
    /// <exception cref="ArgumentException">There is no such variant, or it has no such tile.</exception>
    public ForcedChoice(KernelLadder ladder, KernelChoice choice)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        (_ladder, _before) = (ladder, ladder.Forced);
        ladder.Forced = choice;
    }

    /// <inheritdoc/>
    public void Dispose() => _ladder.Forced = _before;
}
