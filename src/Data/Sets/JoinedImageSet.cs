using JaccardKernels.Learning;

namespace JaccardKernels.Data;

/// <summary>Two sets of one shape and the same classes as one: the images of the first, then those of the second.</summary>
public sealed class JoinedImageSet : IImageSet
{
    private readonly IImageSet _first, _second;

    /// <summary>Joins two sets.</summary>
    /// <exception cref="ArgumentException">They differ in shape or classes.</exception>
    public JoinedImageSet(IImageSet first, IImageSet second)
    {
        (_first, _second) = (first, second);
        if ((first.Channels, first.Height, first.Width) != (second.Channels, second.Height, second.Width) || !first.ClassNames.SequenceEqual(second.ClassNames))
            throw new ArgumentException($"{first.Name} and {second.Name} differ in the shape of their images or in their classes.", nameof(second));
    }

    /// <inheritdoc/>
    public string Name => $"{_first.Name} and {_second.Name}";

    /// <inheritdoc/>
    public int Count => _first.Count + _second.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _first.ClassNames;

    /// <inheritdoc/>
    public int Channels => _first.Channels;

    /// <inheritdoc/>
    public int Height => _first.Height;

    /// <inheritdoc/>
    public int Width => _first.Width;

    /// <inheritdoc/>
    public string Id(int index) => index < _first.Count ? _first.Id(index) : _second.Id(index - _first.Count);

    /// <inheritdoc/>
    public ReadOnlySpan<int> Labels(int index) => index < _first.Count ? _first.Labels(index) : _second.Labels(index - _first.Count);

    /// <inheritdoc/>
    public void Load(int index, ulong augmentation, Span<float> pixels)
    {
        if (index < _first.Count) _first.Load(index, augmentation, pixels);
        else _second.Load(index - _first.Count, augmentation, pixels);
    }
}
