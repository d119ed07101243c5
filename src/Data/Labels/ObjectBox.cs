namespace JaccardKernels.Data;

/// <summary>
/// Where an object is, in pixels of the image or, where <see cref="LabeledImageList.BoxesAreRelative"/>, in parts of its sides.
/// </summary>
/// <param name="Class">Index of its class.</param>
/// <param name="Left">Left edge.</param>
/// <param name="Top">Upper edge.</param>
/// <param name="Right">Right edge, not less than Left.</param>
/// <param name="Bottom">Lower edge, not less than Top.</param>
public readonly record struct ObjectBox(int Class, float Left, float Top, float Right, float Bottom);
