namespace JaccardKernels.Peers;

/// <summary>Work that more than one library can do: an operation of ours, or the way there and back of a convolution.</summary>
/// <param name="Name">What it is known by: a layer of a network.</param>
/// <param name="Operation">The operation's name, or <see cref="Training"/>.</param>
/// <param name="Problem">The problem's text form.</param>
/// <param name="Group">Rows whose ratios are averaged; empty for none.</param>
internal sealed record PeerWork(string Name, string Operation, string Problem, string Group = "")
{
    /// <summary>Forward, to the data and to the weights.</summary>
    public const string Training = "ConvolutionTraining";

    /// <summary>Ours alone, beside the rate at which this machine reads as much memory.</summary>
    public bool Alone { get; init; }

    /// <summary>
    /// The largest normalised mean squared difference of results that are taken for the same. They may differ by rounding, and by what Winograd's
    /// convolutions cost (1e-10).
    /// </summary>
    public double Tolerance { get; init; } = 1e-9;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Operation} {Problem}";
}
