namespace JaccardKernels.Learning;

/// <summary>The learning rate over the steps of a phase.</summary>
internal static class RateSchedule
{
    // Of each drop: the paper's.
    private const double Drop = 0.1;

    /// <summary>From the peak to 0 by a half cosine (Loshchilov, Hutter 2017, one period): large steps first, then ever finer ones.</summary>
    public static float Cosine(float peak, int step, int steps) => (float)(peak * 0.5 * (1 + Math.Cos(Math.PI * step / steps)));

    /// <summary>The peak, a tenth of it from each drop on.</summary>
    public static float Stepped(float peak, IReadOnlyList<int> drops, int step)
    {
        int passed = 0;
        while (passed < drops.Count && step >= drops[passed]) passed++;
        return (float)(peak * Math.Pow(Drop, passed));
    }
}
