using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>Average pooling to a grid of a fixed size, whatever the image: what joins convolutions to fully connected layers of one length.</summary>
internal static class AdaptivePooling
{
    /// <summary>Pools to grid x grid cells; a node that is such a grid stays as it is.</summary>
    /// <exception cref="ArgumentException">The cells would not be of one size.</exception>
    public static Node ToGrid(NetworkBuilder builder, string name, Node x, int grid)
    {
        (int height, int width) = (x.Shape.Height, x.Shape.Width);
        if (height == grid && width == grid) return x;
        // One window has one side.
        if (height != width || height % grid != 0)
            throw new ArgumentException(
                $"images of {builder.Input.Shape} have features of {height}x{width}; the layer behind them needs {grid}x{grid}, or a square of a multiple of it.",
                nameof(x));
        return builder.AveragePooling(name, x, height / grid);
    }
}
