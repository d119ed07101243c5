namespace JaccardKernels.Data;

/// <summary>One picture of a sheet.</summary>
/// <param name="Image">Of any size.</param>
/// <param name="Frame">How it is framed.</param>
/// <param name="Caption">Lines below it, such as "J .67  d 12" and "2 disc, 1 star"; what does not fit is cut.</param>
public sealed record SheetPicture(RgbImage Image, SheetFrame Frame, params IReadOnlyList<string> Caption);
