using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>The single objects of pretraining, checked before anything is trained or written, and the classifier that tells them apart.</summary>
internal sealed class PretrainingTiles
{
    /// <exception cref="ArgumentException">They do not fit the images to be embedded, a batch, or the network.</exception>
    /// <exception cref="InvalidDataException">A tile shows not exactly one object.</exception>
    public PretrainingTiles(IImageSet tiles, IImageSet images, TrainingOptions options)
    {
        if (tiles.Channels != images.Channels)
            throw new ArgumentException(
                $"{tiles.Name} has {tiles.Channels} channels; {images.Name} has {images.Channels}, and its backbone would not fit.");
        if (options.PretrainingBatch > tiles.Count)
            throw new ArgumentException($"pretrainingBatch is {options.PretrainingBatch}; {tiles.Name} has {tiles.Count} images.");
        (Images, Classes) = (tiles, tiles.ClassNames.Count);
        ClassOf = [.. Enumerable.Range(0, tiles.Count).Select(i => OnlyClass(tiles, i))];
        Network = EmbeddingNetwork.Classifier(new SampleShape(tiles.Channels, tiles.Height, tiles.Width), Classes, options.Network);
    }

    /// <summary>The tiles.</summary>
    public IImageSet Images { get; }

    /// <summary>Classes.</summary>
    public int Classes { get; }

    /// <summary>The class of every tile.</summary>
    public int[] ClassOf { get; }

    /// <summary>Tiles to logits.</summary>
    public Network Network { get; }

    private static int OnlyClass(IImageSet tiles, int index)
    {
        ReadOnlySpan<int> labels = tiles.Labels(index);
        int found = labels.IndexOfAnyExcept(0);
        return found >= 0 && labels[found] == 1 && labels[(found + 1)..].IndexOfAnyExcept(0) < 0
            ? found
            : throw new InvalidDataException($"{tiles.Name}: {tiles.Id(index)} shows not exactly one object.");
    }
}
