using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Learning;

/// <summary>Small pictures drawn by counter: a square of the class's colour for each object, on noise. Every seventh scene is empty.</summary>
internal sealed class SyntheticImages : IImageSet
{
    private const int Classes = 4, Square = 3;

    private readonly int[] _counts;
    private readonly ulong _key;

    /// <param name="name">Of the set.</param>
    /// <param name="count">Images.</param>
    /// <param name="side">Height and width.</param>
    /// <param name="seed">Decides all.</param>
    /// <param name="single">One object an image.</param>
    /// <param name="counts">Labels [count, 4], or null to draw them.</param>
    public SyntheticImages(string name, int count, int side, int seed, bool single = false, int[]? counts = null)
    {
        (Name, Count, Height, Width, _key) = (name, count, side, side, CounterRandom.Key(seed, 0));
        _counts = counts ?? Draw(count, single);
    }

    public string Name { get; }

    public int Count { get; }

    public IReadOnlyList<string> ClassNames { get; init; } = ["red", "green", "blue", "white"];

    public int Channels { get; init; } = 3;

    public int Height { get; }

    public int Width { get; }

    /// <summary>Called before an image is drawn: to fail, or to be slow.</summary>
    public Action<int>? OnLoad { get; set; }

    /// <summary>Called with the pixels drawn.</summary>
    public Action<int, float[]>? Spoil { get; set; }

    public string Id(int index) => $"{Name}/{index}";

    public ReadOnlySpan<int> Labels(int index) => _counts.AsSpan(index * Classes, Classes);

    public void Load(int index, ulong augmentation, Span<float> pixels)
    {
        OnLoad?.Invoke(index);
        ulong key = CounterRandom.Mix(_key + (ulong)index);
        for (int i = 0; i < pixels.Length; i++) pixels[i] = 0.2f * CounterRandom.Uniform(key, i);
        int drawn = 0, free = Width - Square + 1;
        ReadOnlySpan<int> labels = Labels(index);
        for (int c = 0; c < Classes; c++)
        {
            for (int n = 0; n < labels[c]; n++, drawn++)
            {
                uint place = CounterRandom.Bits(key, 100_000 + drawn);
                int x = (int)(place % free), y = (int)(place / 256 % free);
                if ((augmentation & 2) != 0) x = free - 1 - x;
                for (int channel = 0; channel < Channels; channel++)
                    if (c == 3 || c == channel) Fill(pixels, channel, x, y);
            }
        }
        if (Spoil is null) return;
        float[] spoilt = pixels.ToArray();
        Spoil(index, spoilt);
        spoilt.CopyTo(pixels);
    }

    private void Fill(Span<float> pixels, int channel, int x, int y)
    {
        for (int dy = 0; dy < Square; dy++) pixels.Slice((channel * Height + y + dy) * Width + x, Square).Fill(1f);
    }

    private int[] Draw(int count, bool single)
    {
        var counts = new int[count * Classes];
        for (int i = 0; i < count; i++)
        {
            int objects = single ? 1 : i % 7 == 3 ? 0 : 1 + (int)(CounterRandom.Bits(_key, 2 * i) % 4);
            for (int n = 0; n < objects; n++) counts[i * Classes + (int)(CounterRandom.Bits(_key, 1_000_000 + 8 * i + n) % Classes)]++;
        }
        return counts;
    }
}
