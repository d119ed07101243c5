using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>A picture in memory: 8-bit red, green, blue, interleaved, rows from the top without gaps: [Height,Width,3].</summary>
public sealed class RgbImage
{
    private readonly byte[] _pixels;

    /// <summary>A black picture.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1, or the bytes exceed what one array can hold.</exception>
    public RgbImage(int width, int height)
    {
        Width = Guard.Positive(width);
        Height = Guard.Positive(height);
        _pixels = new byte[Guard.Elements("image", width, height, 3)];
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>All bytes, [Height,Width,3].</summary>
    public Span<byte> Pixels => _pixels;

    /// <summary>The bytes of one row, [Width,3].</summary>
    public Span<byte> Row(int y) => _pixels.AsSpan(y * Width * 3, Width * 3);

    /// <summary>The colour at a place.</summary>
    public Rgb this[int x, int y]
    {
        get
        {
            Span<byte> p = Row(y).Slice(x * 3, 3);
            return new Rgb(p[0], p[1], p[2]);
        }
        set
        {
            Span<byte> p = Row(y).Slice(x * 3, 3);
            p[0] = value.R;
            p[1] = value.G;
            p[2] = value.B;
        }
    }
}
