namespace JaccardKernels.Gpu;

/// <summary>
/// Count, mean and sum of squared deviations from the mean of some values, which two such can be merged from (Chan, Golub, LeVeque 1979): mean and
/// variance in one pass over memory, without the difference of large squares that plain sums end in.
/// </summary>
internal readonly struct Moments(float count, float mean, float squares) : IMergeable<Moments>
{
    public readonly float Count = count, Mean = mean, Squares = squares;

    public static Moments Of(float x) => new(1f, x, 0f);

    public static Moments Of(Float4 x)
    {
        float mean = x.Sum * 0.25f;
        Float4 deviation = x - mean;
        return new Moments(4f, mean, (deviation * deviation).Sum);
    }

    public static Moments Merge(Moments a, Moments b)
    {
        float count = a.Count + b.Count, share = count > 0f ? b.Count / count : 0f, apart = b.Mean - a.Mean;
        return new Moments(count, a.Mean + apart * share, a.Squares + b.Squares + apart * apart * (a.Count * share));
    }
}
