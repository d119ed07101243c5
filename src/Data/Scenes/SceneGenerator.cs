using System.Numerics;

namespace JaccardKernels.Data;

/// <summary>
/// Lays out scenes: 0 to 8 objects of up to 3 classes, with overlaps, each at least <see cref="VisibleShare"/> visible; what is laid out
/// is what is counted. A scene is a pure function of (seed, split, index), and floating point is used in ways that give the same bits
/// everywhere.
/// </summary>
internal static class SceneGenerator
{
    public const int MaximumObjects = 8;
    public const int MaximumClasses = 3;

    /// <summary>The least part of an object that later ones leave uncovered.</summary>
    public const float VisibleShare = 0.65f;

    // Objects of 0.12 to 0.19 of the scene's side in radius: eight of them fill about half of it.
    private const float SmallestRadius = 0.12f;
    private const float LargestRadius = 0.19f;
    private const float EmptyShare = 0.02f;
    private const int PlacesTried = 60;

    /// <summary>Names of the classes, by <see cref="SceneShape"/>.</summary>
    public static string[] ClassNames { get; } = [.. Enum.GetNames<SceneShape>().Select(name => name.ToLowerInvariant())];

    /// <summary>Lays out one scene.</summary>
    /// <param name="random">The scene's stream.</param>
    /// <param name="size">Side of the scene in pixels.</param>
    /// <param name="objects">Room for <see cref="MaximumObjects"/>, from back to front.</param>
    /// <param name="background">What is behind them.</param>
    /// <returns>How many objects there are.</returns>
    public static int Layout(ref RandomStream random, int size, Span<SceneObject> objects, out SceneBackground background)
    {
        background = DrawBackground(ref random);
        int wanted = random.Uniform() < EmptyShare ? 0 : 1 + random.Below(MaximumObjects);
        Span<int> classes = stackalloc int[ClassNames.Length];
        for (int c = 0; c < classes.Length; c++) classes[c] = c;
        random.Shuffle(classes);
        int kinds = Math.Min(1 + random.Below(MaximumClasses), wanted);
        Span<int> shapes = stackalloc int[wanted];
        for (int i = 0; i < wanted; i++) shapes[i] = classes[i < kinds ? i : random.Below(kinds)];
        random.Shuffle(shapes);

        var visibility = new SceneVisibility(VisibleShare);
        int placed = 0;
        foreach (int shape in shapes)
        {
            float radius = random.Uniform(SmallestRadius, LargestRadius) * size;
            for (int attempt = 0; attempt < PlacesTried; attempt++)
            {
                // A crowded scene gets smaller objects rather than fewer.
                if (attempt % 20 == 19) radius = MathF.Max(SmallestRadius * size, radius * 0.8f);
                SceneObject candidate = DrawObject(ref random, (SceneShape)shape, size, radius, in background);
                if (!visibility.TryPlace(objects[..placed], in candidate)) continue;
                objects[placed++] = candidate;
                break;
            }
        }
        return placed;
    }

    /// <summary>One object near the middle of a tile.</summary>
    /// <param name="random">The tile's stream.</param>
    /// <param name="shape">Its class.</param>
    /// <param name="size">Side of the tile in pixels, half a scene's: objects have the size they have in scenes.</param>
    /// <param name="background">What is behind it.</param>
    public static SceneObject LayoutTile(ref RandomStream random, SceneShape shape, int size, out SceneBackground background)
    {
        background = DrawBackground(ref random);
        float radius = random.Uniform(SmallestRadius, LargestRadius) * 2 * size;
        return DrawObject(ref random, shape, size, radius, in background);
    }

    private static SceneBackground DrawBackground(ref RandomStream random)
    {
        var middle = new Vector3(random.Uniform(50, 205));
        return new SceneBackground
        {
            TopLeft = Corner(ref random, middle),
            TopRight = Corner(ref random, middle),
            BottomLeft = Corner(ref random, middle),
            BottomRight = Corner(ref random, middle),
            Noise = random.Uniform(4, 20),
            NoiseKey = random.Fork(),
        };
    }

    private static Vector3 Corner(ref RandomStream random, Vector3 middle) =>
        middle + new Vector3(random.Uniform(-40, 40), random.Uniform(-40, 40), random.Uniform(-40, 40));

    private static SceneObject DrawObject(ref RandomStream random, SceneShape shape, int size, float radius, in SceneBackground background)
    {
        float x = random.Uniform(radius, size - radius), y = random.Uniform(radius, size - radius);
        Vector3 color = DrawColor(ref random, background.At(x / size, y / size));
        float contrast = random.Uniform(0.35f, 0.6f);
        // Darker or lighter, whichever there is room for.
        Vector3 second = Luma(color) > 110 ? color * contrast : SceneBackground.Mix(color, new Vector3(255), contrast);
        return new SceneObject
        {
            Shape = shape,
            X = x,
            Y = y,
            Radius = radius,
            Rotation = DrawRotation(ref random),
            Texture = (SceneTexture)random.Below(5),
            TextureScale = random.Uniform(0.3f, 0.5f),
            Color = color,
            SecondColor = second,
            Rim = random.Coin() ? 0.45f : 0.7f,
        };
    }

    // Any colour that stands out from the background; after eight draws black or white, which always does.
    private static Vector3 DrawColor(ref RandomStream random, Vector3 behind)
    {
        for (int attempt = 0; attempt < 8; attempt++)
        {
            var color = new Vector3(random.Uniform(0, 255), random.Uniform(0, 255), random.Uniform(0, 255));
            Vector3 difference = Vector3.Abs(color - behind);
            if (difference.X + difference.Y + difference.Z >= 180 && MathF.Abs(Luma(color) - Luma(behind)) >= 30) return color;
        }
        return Luma(behind) < 128 ? new Vector3(245) : new Vector3(15);
    }

    // Brightness by BT.601. Spelled out, since a library's dot product may sum in another order on another machine.
    private static float Luma(Vector3 color) => 0.299f * color.X + 0.587f * color.Y + 0.114f * color.Z;

    // An angle in an eighth of the circle by the rational parametrisation of its tangent, then one of the eight symmetries of the axes. The
    // library's sine and cosine differ in the last bit between systems.
    private static Vector2 DrawRotation(ref RandomStream random)
    {
        float t = random.Uniform(0, 0.41421356f);
        float scale = 1 / (1 + t * t);
        var rotation = new Vector2((1 - t * t) * scale, 2 * t * scale);
        int symmetry = random.Below(8);
        if ((symmetry & 1) != 0) rotation = new Vector2(rotation.Y, rotation.X);
        if ((symmetry & 2) != 0) rotation.X = -rotation.X;
        if ((symmetry & 4) != 0) rotation.Y = -rotation.Y;
        return rotation;
    }
}
