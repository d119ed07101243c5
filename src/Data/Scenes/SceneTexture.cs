namespace JaccardKernels.Data;

/// <summary>How an object's two colours share its surface.</summary>
internal enum SceneTexture
{
    Solid,
    Stripes,
    Checks,
    Dots,
    Gradient,
}
