namespace JaccardKernels.Data;

/// <summary>Cutting, pasting and filling of pictures.</summary>
public static class PixelOperations
{
    /// <summary>A copy of a rectangle that lies inside the picture.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    public static RgbImage Crop(RgbImage image, int left, int top, int width, int height)
    {
        if (left < 0 || top < 0 || width < 1 || height < 1 || left > image.Width - width || top > image.Height - height)
        {
            throw new ArgumentOutOfRangeException(
                nameof(left), $"the rectangle ({left}, {top}) {width} x {height} leaves the image of {image.Width} x {image.Height}.");
        }
        var part = new RgbImage(width, height);
        for (int y = 0; y < height; y++) image.Row(top + y).Slice(left * 3, width * 3).CopyTo(part.Row(y));
        return part;
    }

    /// <summary>Lays a picture on another; what falls outside is left out.</summary>
    public static void Paste(RgbImage target, int left, int top, RgbImage image)
    {
        int from = Math.Max(0, -left), to = Math.Min(image.Width, target.Width - left);
        if (from >= to) return;
        for (int y = Math.Max(0, -top); y < image.Height && top + y < target.Height; y++)
            image.Row(y)[(from * 3)..(to * 3)].CopyTo(target.Row(top + y)[((left + from) * 3)..]);
    }

    /// <summary>Fills a rectangle; what falls outside is left out.</summary>
    public static void Fill(RgbImage image, int left, int top, int width, int height, Rgb color)
    {
        int x0 = Math.Max(0, left), x1 = (int)Math.Min(image.Width, (long)left + width);
        int y1 = (int)Math.Min(image.Height, (long)top + height);
        for (int y = Math.Max(0, top); y < y1; y++)
        {
            for (int x = x0; x < x1; x++) image[x, y] = color;
        }
    }
}
