namespace JaccardKernels.Learning;

/// <summary>The sizes of a <see cref="SceneNetwork"/>.</summary>
public sealed record SceneNetworkOptions
{
    /// <summary>Filters of the 3x3 convolutions; a 2x2 maximum pooling follows each but the last.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [32, 64, 128, 128];

    /// <summary>The last activation is average-pooled to about Grid x Grid cells.</summary>
    public int Grid { get; init; } = 6;

    /// <summary>Units of the hidden layer.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Dropout after the hidden layer, in [0, 1).</summary>
    public float Dropout { get; init; } = 0.3f;

    /// <summary>Dimensions of the embedding, and bits of its sign code.</summary>
    public int Dimensions { get; init; } = 64;

    /// <summary>Refuses sizes that make no network.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        // A file that leaves them out gives null, whatever the annotation says.
        if (Channels is not { Count: > 0 } || Channels.Any(c => c < 1))
            throw new ArgumentException($"channels are '{string.Join(',', Channels ?? [])}'; one positive number a convolution is needed.");
        if (Grid < 1) throw new ArgumentException($"grid is {Grid}; the least is 1.");
        if (Hidden < 1) throw new ArgumentException($"hidden is {Hidden}; the least is 1.");
        if (Dimensions < 1) throw new ArgumentException($"dimensions is {Dimensions}; the least is 1.");
        if (!(Dropout is >= 0 and < 1)) throw new ArgumentException($"dropout is {Dropout}; the range is 0 to below 1.");
    }
}
