namespace JaccardKernels.Engine;

/// <summary>The shape [C,H,W] of one sample of an activation; features are [C,1,1].</summary>
/// <param name="Channels">C.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
public readonly record struct SampleShape(int Channels, int Height = 1, int Width = 1)
{
    /// <summary>Elements of a sample.</summary>
    public int Length => checked(Channels * Height * Width);

    /// <summary>Positions of a channel.</summary>
    public int Spatial => Height * Width;

    /// <inheritdoc/>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}
