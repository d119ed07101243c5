namespace JaccardKernels.Problems;

/// <summary>
/// Two channels behind those of x <c>[N,C,H,W]</c> that say where a cell is (Santoro et al. 2017; Liu et al. 2018): its column, then its row, from
/// -scale at the first to scale at the last, 0 where there is one only. Text form <c>mb8ic256ih6iw6</c>, iw where it is not ih, with <c>scale50</c>
/// unless it is 1.
/// </summary>
public readonly record struct CoordinateChannelsProblem : IProblem<CoordinateChannelsProblem>
{
    /// <summary>Channels that are added.</summary>
    public const int Added = 2;

    /// <summary>Describes the result.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is under 1, or the scale out of range.</exception>
    public CoordinateChannelsProblem(int batch, int channels, int height, int width, float scale = 1f)
    {
        (Batch, Channels, Height, Width) = (Guard.Positive(batch), Guard.Positive(channels), Guard.Positive(height), Guard.Positive(width));
        Scale = (float)Guard.InRange(scale, 0, 1e6);
        LengthY = Guard.Elements("y", batch, channels + (long)Added, height, width);
    }

    /// <summary>Images, N.</summary>
    public int Batch { get; }

    /// <summary>Channels of x, C.</summary>
    public int Channels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>The largest coordinate.</summary>
    public float Scale { get; }

    /// <summary>Elements of an image of x.</summary>
    public int ImageLength => Channels * Height * Width;

    /// <summary>Elements of what an image is given.</summary>
    public int AddedLength => Added * Height * Width;

    /// <summary>Elements of x.</summary>
    public int LengthX => Batch * ImageLength;

    /// <summary>Elements of y.</summary>
    public int LengthY { get; }

    /// <inheritdoc/>
    public long Flops => 2L * Batch * AddedLength;

    /// <inheritdoc/>
    public long Bytes => 4L * LengthX + 4L * LengthY;

    /// <summary>The way back: both parts of every image apart.</summary>
    public ConcatenateProblem Parts => new(Batch, ImageLength, AddedLength);

    /// <summary>Coordinate number <paramref name="i"/> of <paramref name="count"/>.</summary>
    public static float At(int i, int count, float scale) => count > 1 ? scale * (2 * i - (count - 1)) / (count - 1) : 0f;

    /// <summary>Refuses operands of other lengths.</summary>
    /// <exception cref="ArgumentException">A length differs.</exception>
    public void Check(int x, int y)
    {
        Guard.Length(x, LengthX);
        Guard.Length(y, LengthY);
    }

    /// <inheritdoc/>
    public static CoordinateChannelsProblem Parse(string text)
    {
        var t = new ProblemText(text);
        int height = t.Required("ih");
        var problem = new CoordinateChannelsProblem(
            t.Required("mb"), t.Required("ic"), height, t.Optional("iw", height), (float)t.Optional("scale", 1.0));
        t.End();
        return problem;
    }

    /// <inheritdoc/>
    public override string ToString() => ProblemText.Format(
        ("mb", Batch, null), ("ic", Channels, null), ("ih", Height, null), ("iw", Width, Height), ("scale", ProblemText.Shortest(Scale), 1));
}
