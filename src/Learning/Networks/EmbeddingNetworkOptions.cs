namespace JaccardKernels.Learning;

/// <summary>The sizes of an <see cref="EmbeddingNetwork"/>.</summary>
public sealed record EmbeddingNetworkOptions
{
    // Of one kind, one behind the other: a number in a file is not to keep us busy building layers.
    private const int MostLayers = 100;

    /// <summary>What makes features of images: the small network of <see cref="Channels"/>, or a published one.</summary>
    public BackboneKind Backbone { get; init; }

    /// <summary>Factor of the channels of <see cref="BackboneKind.MobilenetV2"/>.</summary>
    public float Width { get; init; } = 1f;

    /// <summary>Whose weights <see cref="BackboneKind.Squeezenet"/> and <see cref="BackboneKind.MobilenetV2"/> have; of the latter the layers differ.</summary>
    public FrameworkStyle Style { get; init; }

    /// <summary>
    /// The two fully connected layers of 4096 that AlexNet and VGG-16 have behind their convolutions, with their weights, in the place of the hidden
    /// layer: the paper's fc6 and fc7, which it trains on.
    /// </summary>
    public bool BackboneHidden { get; init; }

    /// <summary>Filters of the small network's 3x3 convolutions; a 2x2 maximum pooling follows each but the last.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [32, 64, 128, 128];

    /// <summary>Convolutions of each width, one behind the other.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>The last activation is average-pooled to about Grid x Grid cells.</summary>
    public int Grid { get; init; } = 6;

    /// <summary>
    /// Filters of convolutions over the cells of the grid, the first 3x3 and the others 1x1, whose mean over all cells the hidden layer reads: an object
    /// then counts the same wherever it lies, as in the paper's relation branch, where every cell is an object. Empty: the hidden layer reads each
    /// cell at its place.
    /// </summary>
    public IReadOnlyList<int> Cells { get; init; } = [];

    /// <summary>Units of the hidden layer.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Dropout after the hidden layer, in [0, 1).</summary>
    public float Dropout { get; init; } = 0.3f;

    /// <summary>Dimensions of the embedding, and bits of its sign code.</summary>
    public int Dimensions { get; init; } = 64;

    /// <summary>Branches of the embedding; with both, each has half of the dimensions.</summary>
    public HeadKind Head { get; init; }

    /// <summary>Units of the relation branch for a pair of cells.</summary>
    public int PairUnits { get; init; } = 128;

    /// <summary>Units of the relation branch behind the sum over pairs; its hidden layers have <see cref="Hidden"/> units.</summary>
    public int SumUnits { get; init; } = 512;

    /// <summary>Refuses sizes that make no network.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        // A file that leaves them out gives null, whatever the annotation says.
        if (Channels is not { Count: > 0 } || Channels.Any(c => c < 1))
            throw new ArgumentException($"channels are '{string.Join(',', Channels ?? [])}'; one positive number a convolution is needed.");
        if (!Enum.IsDefined(Backbone)) throw new ArgumentException($"backbone is '{Backbone}'; it is one of {string.Join(", ", Enum.GetNames<BackboneKind>())}.");
        if (!Enum.IsDefined(Style)) throw new ArgumentException($"style is '{Style}'; it is one of {string.Join(", ", Enum.GetNames<FrameworkStyle>())}.");
        if (!(Width is > 0 and <= 16)) throw new ArgumentException(FormattableString.Invariant($"width is {Width}; the range is above 0 to 16."));
        if (Width != 1 && Backbone != BackboneKind.MobilenetV2)
            throw new ArgumentException(FormattableString.Invariant($"width is {Width}; only {BackboneKind.MobilenetV2} has one, and the backbone is {Backbone}."));
        if (Style != default && PublishedBackbone.Find(Backbone) is not { FromKeras: not null })
            throw new ArgumentException($"style is {Style}; the backbone {Backbone} has only one.");
        if (BackboneHidden && PublishedBackbone.Find(Backbone) is not { HiddenLayers: not null })
            throw new ArgumentException($"backboneHidden is true; the backbone {Backbone} has no hidden layers of its own.");
        if (BackboneHidden && Cells is { Count: > 0 })
            throw new ArgumentException($"backboneHidden is true and cells are '{string.Join(',', Cells)}'; these layers read the grid that the backbone leaves.");
        if (Repeats is < 1 or > MostLayers) throw new ArgumentException($"repeats is {Repeats}; the range is 1 to {MostLayers}.");
        if (Cells is null || Cells.Any(c => c < 1))
            throw new ArgumentException($"cells are '{string.Join(',', Cells ?? [])}'; each is a number of filters, 1 at least, or there are none.");
        if (Cells.Count > MostLayers) throw new ArgumentException($"cells are {Cells.Count} convolutions; the limit is {MostLayers}.");
        if (Grid < 1) throw new ArgumentException($"grid is {Grid}; the least is 1.");
        if (Hidden < 1) throw new ArgumentException($"hidden is {Hidden}; the least is 1.");
        if (Dimensions < 1) throw new ArgumentException($"dimensions is {Dimensions}; the least is 1.");
        if (!Enum.IsDefined(Head)) throw new ArgumentException($"head is '{Head}'; it is one of {string.Join(", ", Enum.GetNames<HeadKind>())}.");
        if (PairUnits < 1) throw new ArgumentException($"pairUnits is {PairUnits}; the least is 1.");
        if (SumUnits < 1) throw new ArgumentException($"sumUnits is {SumUnits}; the least is 1.");
        if (Head == HeadKind.Both && Dimensions % 2 != 0) throw new ArgumentException($"dimensions is {Dimensions}; both branches need an even number.");
        if (!(Dropout is >= 0 and < 1)) throw new ArgumentException($"dropout is {Dropout}; the range is 0 to below 1.");
    }
}
