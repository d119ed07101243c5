namespace JaccardKernels.Data;

/// <summary>The ten classes of generated scenes. What tells them apart is their outline alone.</summary>
public enum SceneShape
{
    /// <summary>A filled circle.</summary>
    Disc,

    /// <summary>A circle with a hole.</summary>
    Ring,

    /// <summary>A filled square.</summary>
    Square,

    /// <summary>A square with a square hole.</summary>
    Frame,

    /// <summary>An equilateral triangle.</summary>
    Triangle,

    /// <summary>A five-pointed star.</summary>
    Star,

    /// <summary>Two crossed bars.</summary>
    Cross,

    /// <summary>A waxing moon.</summary>
    Crescent,

    /// <summary>A heart.</summary>
    Heart,

    /// <summary>One long bar.</summary>
    Bar,
}
