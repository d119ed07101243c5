using System.Globalization;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>What tells sets of images apart at no cost: sizes and labels, not pixels.</summary>
internal static class ImageSetFingerprint
{
    /// <summary>A line of text that differs where sizes or labels do.</summary>
    public static string Of(IImageSet set)
    {
        ulong hash = 0;
        for (int i = 0; i < set.Count; i++)
            foreach (int count in set.Labels(i)) hash = CounterRandom.Mix(hash ^ (uint)count);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{set.Count} images {set.Channels}x{set.Height}x{set.Width} of {set.ClassNames.Count} classes, labels {hash:x16}");
    }
}
