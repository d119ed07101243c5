namespace JaccardKernels.Peers;

/// <summary>Work that more than one library can do: an operation of ours, the way there and back of a convolution, or a network.</summary>
/// <param name="Name">What it is known by: a layer of a network.</param>
/// <param name="Operation">The operation's name, or one of those below.</param>
/// <param name="Problem">The problem's text form.</param>
/// <param name="Group">Rows whose ratios are averaged; empty for none.</param>
internal sealed record PeerWork(string Name, string Operation, string Problem, string Group = "")
{
    /// <summary>Forward, to the data and to the weights.</summary>
    public const string Training = "ConvolutionTraining";

    /// <summary>A network's forward pass after training.</summary>
    public const string NetworkInference = "NetworkInference";

    /// <summary>A network's step of training: forward, loss, backward, and what moves the parameters.</summary>
    public const string NetworkStep = "NetworkStep";

    /// <summary>The network of the last two.</summary>
    public PeerNetwork? Network { get; init; }

    /// <summary>Ours alone, beside the rate at which this machine reads as much memory.</summary>
    public bool Alone { get; init; }

    /// <summary>
    /// The largest normalised mean squared difference of results that are taken for the same. They may differ by rounding, and by what Winograd's
    /// convolutions cost (1e-10).
    /// </summary>
    public double Tolerance { get; init; } = 1e-9;

    /// <summary>The same for the gradient of a step, its second result; elsewhere there is none of its own.</summary>
    public double? GradientTolerance { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Operation} {Problem}";
}
