using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>Which random variants of a training image are drawn. None changes what objects are there.</summary>
/// <param name="HorizontalFlip">Mirror left and right with probability 1/2.</param>
/// <param name="VerticalFlip">Mirror top and bottom with probability 1/2: only where images have no upper side.</param>
/// <param name="Shift">
/// Shift the crop by up to this many pixels along each axis: of an input with a frame, half of what the frame is larger makes it any crop of
/// it; beyond, edges are repeated.
/// </param>
public readonly record struct Augmentation(bool HorizontalFlip, bool VerticalFlip = false, int Shift = 0)
{
    /// <summary>The variant that a key stands for: a pure function of the two. Key 0 is the plain image.</summary>
    internal Variant Draw(ulong key) => key == 0
        ? default
        : new Variant(
            HorizontalFlip && (CounterRandom.Bits(key, 0) & 1) != 0,
            VerticalFlip && (CounterRandom.Bits(key, 1) & 1) != 0,
            DrawShift(key, 2),
            DrawShift(key, 3));

    private int DrawShift(ulong key, int counter) => (int)(CounterRandom.Bits(key, counter) % (uint)(2 * Shift + 1)) - Shift;

    /// <summary>One drawn variant.</summary>
    internal readonly record struct Variant(bool FlipX, bool FlipY, int ShiftX, int ShiftY);
}
