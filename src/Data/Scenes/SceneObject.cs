using System.Numerics;

namespace JaccardKernels.Data;

/// <summary>One object of a scene: what, where, and what it looks like. Lengths in pixels, colours in 0 to 255.</summary>
internal readonly struct SceneObject
{
    public required SceneShape Shape { get; init; }

    public required float X { get; init; }

    public required float Y { get; init; }

    /// <summary>The circle of this radius contains the object.</summary>
    public required float Radius { get; init; }

    /// <summary>Cosine and sine of its rotation; the sine's sign and an exchange of axes also mirror it.</summary>
    public required Vector2 Rotation { get; init; }

    public required SceneTexture Texture { get; init; }

    /// <summary>Width of a stripe, in parts of the radius.</summary>
    public required float TextureScale { get; init; }

    public required Vector3 Color { get; init; }

    public required Vector3 SecondColor { get; init; }

    /// <summary>Brightness of the rim against the surface: it separates objects of like colours that overlap.</summary>
    public required float Rim { get; init; }

    /// <summary>Signed distance from the outline, in units of the radius, at a place in the scene.</summary>
    public float Distance(float x, float y)
    {
        (float u, float v) = Local(x, y);
        return ShapeGeometry.Distance(Shape, u, v);
    }

    /// <summary>A place in the scene in the object's own frame.</summary>
    public (float U, float V) Local(float x, float y)
    {
        float dx = (x - X) / Radius, dy = (y - Y) / Radius;
        return (Rotation.X * dx + Rotation.Y * dy, Rotation.X * dy - Rotation.Y * dx);
    }
}
