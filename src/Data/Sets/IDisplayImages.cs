namespace JaccardKernels.Data;

/// <summary>An image set whose images can be shown to people.</summary>
public interface IDisplayImages
{
    /// <summary>An image as the network sees it, before normalisation and without augmentation.</summary>
    /// <exception cref="InvalidDataException">The file is not an image; the message names it.</exception>
    RgbImage Display(int index);
}
