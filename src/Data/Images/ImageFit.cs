namespace JaccardKernels.Data;

/// <summary>How a picture of another shape becomes the network's.</summary>
public enum ImageFit
{
    /// <summary>Each axis is scaled on its own: all objects stay, shapes are distorted.</summary>
    Stretch,

    /// <summary>
    /// The middle of the picture, scaled until it fills the frame: the ends of the longer axis are lost, and objects with them.
    /// </summary>
    Crop,

    /// <summary>The whole picture, scaled until it fits; mid grey (128) fills the rest.</summary>
    Pad,
}
