namespace JaccardKernels.Data;

/// <summary>
/// Outlines of <see cref="SceneShape"/> as bounds of the signed distance: negative inside, positive outside, slope at most 1, exact near
/// straight edges, in units of the object's radius. Every shape fits in the circle of radius 1. Only +, -, x, square roots, minima and
/// maxima: the same bits on every machine.
/// </summary>
internal static class ShapeGeometry
{
    // Normals of a regular triangle and pentagon, one pointing up (y grows downwards).
    private const float Sin60 = 0.8660254f;
    private const float Sin72 = 0.9510565f;
    private const float Cos72 = 0.3090170f;
    private const float Sin36 = 0.5877853f;
    private const float Cos36 = 0.8090170f;

    public static float Distance(SceneShape shape, float x, float y) => shape switch
    {
        SceneShape.Disc => Circle(x, y, 0.9f),
        SceneShape.Ring => MathF.Abs(Circle(x, y, 0.72f)) - 0.22f,
        SceneShape.Square => Box(x, y, 0.72f, 0.72f),
        SceneShape.Frame => MathF.Max(Box(x, y, 0.72f, 0.72f), -Box(x, y, 0.38f, 0.38f)),
        SceneShape.Triangle => MathF.Max(y, MathF.Abs(x) * Sin60 - y * 0.5f) - 0.5f,
        SceneShape.Star => Star(x, y),
        SceneShape.Cross => MathF.Min(Box(x, y, 0.94f, 0.27f), Box(x, y, 0.27f, 0.94f)),
        SceneShape.Crescent => MathF.Max(Circle(x, y, 0.95f), -Circle(x - 0.45f, y, 0.75f)),
        SceneShape.Heart => Heart(x, y),
        _ => Box(x, y, 0.96f, 0.24f),
    };

    private static float Circle(float x, float y, float radius) => MathF.Sqrt(x * x + y * y) - radius;

    private static float Box(float x, float y, float halfWidth, float halfHeight) =>
        MathF.Max(MathF.Abs(x) - halfWidth, MathF.Abs(y) - halfHeight);

    // A pentagram is where at most one of the five half-planes of its lines is left: the second largest of the five distances.
    private static float Star(float x, float y)
    {
        float first = y, second = float.NegativeInfinity;
        Insert(Sin72 * x + Cos72 * y, ref first, ref second);
        Insert(-Sin72 * x + Cos72 * y, ref first, ref second);
        Insert(Sin36 * x - Cos36 * y, ref first, ref second);
        Insert(-Sin36 * x - Cos36 * y, ref first, ref second);
        return second - Cos72;
    }

    private static void Insert(float value, ref float first, ref float second)
    {
        second = MathF.Max(second, MathF.Min(first, value));
        first = MathF.Max(first, value);
    }

    // A square with a half disc on each of two neighbouring sides, its tip the opposite corner; shifted to the middle of its circle.
    private static float Heart(float x, float y)
    {
        const float Half = 0.52f;
        x -= 0.12f;
        y -= 0.12f;
        float lobes = MathF.Min(Circle(x, y + Half, Half), Circle(x + Half, y, Half));
        return MathF.Min(Box(x, y, Half, Half), lobes);
    }
}
