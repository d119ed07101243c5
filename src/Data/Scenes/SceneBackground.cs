using System.Numerics;

namespace JaccardKernels.Data;

/// <summary>What is behind the objects: four corner colours, blended, and noise of its own for every pixel and channel.</summary>
internal readonly struct SceneBackground
{
    public required Vector3 TopLeft { get; init; }

    public required Vector3 TopRight { get; init; }

    public required Vector3 BottomLeft { get; init; }

    public required Vector3 BottomRight { get; init; }

    /// <summary>Largest deviation by noise, in 0 to 255.</summary>
    public required float Noise { get; init; }

    /// <summary>What the noise is a function of.</summary>
    public required ulong NoiseKey { get; init; }

    /// <summary>The colour without noise at a place in parts of the sides.</summary>
    public Vector3 At(float u, float v) => Mix(Mix(TopLeft, TopRight, u), Mix(BottomLeft, BottomRight, u), v);

    /// <summary>(1 - t) a + t b. Spelled out, since the library's interpolation may fuse the multiplication on some machines.</summary>
    public static Vector3 Mix(Vector3 a, Vector3 b, float t) => a * (1 - t) + b * t;
}
