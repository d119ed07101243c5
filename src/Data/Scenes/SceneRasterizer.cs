using System.Numerics;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// Draws scenes with anti-aliased edges: coverage is the signed distance from the outline, clamped to one pixel. Allocates nothing.
/// </summary>
internal static class SceneRasterizer
{
    /// <summary>Draws the background and then the objects from back to front.</summary>
    /// <param name="objects">From back to front.</param>
    /// <param name="background">What is behind them.</param>
    /// <param name="size">Side in pixels.</param>
    /// <param name="pixels">[size,size,3], overwritten.</param>
    public static void Draw(ReadOnlySpan<SceneObject> objects, in SceneBackground background, int size, Span<byte> pixels)
    {
        DrawBackground(in background, size, pixels);
        foreach (ref readonly SceneObject shape in objects) DrawObject(in shape, size, pixels);
    }

    private static void DrawBackground(in SceneBackground background, int size, Span<byte> pixels)
    {
        float step = 1f / size, amplitude = background.Noise / 128f;
        for (int y = 0, i = 0; y < size; y++)
        {
            float v = (y + 0.5f) * step;
            Vector3 left = background.At(0, v), right = background.At(1, v);
            for (int x = 0; x < size; x++, i += 3)
            {
                // One draw of 32 bits serves the three channels.
                uint noise = CounterRandom.Bits(background.NoiseKey, y * size + x);
                Vector3 color = SceneBackground.Mix(left, right, (x + 0.5f) * step)
                    + amplitude * new Vector3((int)(noise & 255) - 128, (int)((noise >> 8) & 255) - 128, (int)((noise >> 16) & 255) - 128);
                Store(pixels, i, color);
            }
        }
    }

    private static void DrawObject(in SceneObject shape, int size, Span<byte> pixels)
    {
        float reach = shape.Radius + 1;
        int x0 = Math.Max(0, (int)(shape.X - reach)), x1 = Math.Min(size - 1, (int)(shape.X + reach));
        int y0 = Math.Max(0, (int)(shape.Y - reach)), y1 = Math.Min(size - 1, (int)(shape.Y + reach));
        for (int y = y0; y <= y1; y++)
        {
            for (int x = x0; x <= x1; x++)
            {
                (float u, float v) = shape.Local(x + 0.5f, y + 0.5f);
                float distance = ShapeGeometry.Distance(shape.Shape, u, v) * shape.Radius;
                float coverage = Math.Clamp(0.5f - distance, 0, 1);
                if (coverage == 0) continue;
                Vector3 color = Surface(in shape, u, v);
                if (distance > -1.3f) color *= shape.Rim;
                int i = (y * size + x) * 3;
                var behind = new Vector3(pixels[i], pixels[i + 1], pixels[i + 2]);
                Store(pixels, i, SceneBackground.Mix(behind, color, coverage));
            }
        }
    }

    private static Vector3 Surface(in SceneObject shape, float u, float v)
    {
        float s = u / shape.TextureScale, t = v / shape.TextureScale;
        return shape.Texture switch
        {
            SceneTexture.Stripes => IsOdd(s) ? shape.SecondColor : shape.Color,
            SceneTexture.Checks => IsOdd(s) != IsOdd(t) ? shape.SecondColor : shape.Color,
            SceneTexture.Dots => Centred(s) * Centred(s) + Centred(t) * Centred(t) < 0.09f ? shape.SecondColor : shape.Color,
            SceneTexture.Gradient => SceneBackground.Mix(shape.Color, shape.SecondColor, Math.Clamp(u * 0.5f + 0.5f, 0, 1)),
            _ => shape.Color,
        };
    }

    private static bool IsOdd(float value) => ((int)MathF.Floor(value) & 1) != 0;

    private static float Centred(float value) => value - MathF.Floor(value) - 0.5f;

    private static void Store(Span<byte> pixels, int i, Vector3 color)
    {
        pixels[i] = ToByte(color.X);
        pixels[i + 1] = ToByte(color.Y);
        pixels[i + 2] = ToByte(color.Z);
    }

    private static byte ToByte(float value) => (byte)Math.Clamp((int)(value + 0.5f), 0, 255);
}
