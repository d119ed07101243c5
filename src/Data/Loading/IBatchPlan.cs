namespace JaccardKernels.Data;

/// <summary>
/// Which images come in which order. A loader asks for one batch after the other, ahead of their use, never from two threads at once.
/// </summary>
public interface IBatchPlan
{
    /// <summary>Fills in the next batch.</summary>
    /// <param name="indices">Images of the set; as long as the batch size.</param>
    /// <param name="augmentations">The augmentation key of each, 0 for the plain image.</param>
    /// <returns>How many images the batch has; 0 when there is none left.</returns>
    int Next(Span<int> indices, Span<ulong> augmentations);
}
