using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution of images whose channels lie together, forward only: register tiles of pixels by filters (<see cref="PixelConvolution"/>), channel by channel
/// (<see cref="PixelDepthwise"/>), or minimal filtering (<see cref="PixelWinograd{TScheme}"/>). See <see cref="ChannelsLastConvolutionProblem"/> for shapes.
/// </summary>
public sealed unsafe class ChannelsLastConvolution
{
    private const int Pixels = 1, Depthwise = 2, SmallTiles = 3, LargeTiles = 4;

    // As of ConvolutionLadder.
    private const double SmallTilesTolerance = 1e-12, LargeTilesTolerance = 1e-10;

    // To read an element of filters that the caches have lost since the last pass.
    private const double ReadElement = 16;

    private readonly ThreadTeam _team;
    private readonly KernelLadder<ChannelsLastConvolutionProblem> _ladder;
    private ProductMath _math = ProductMath.Fp32;

    /// <summary>Convolutions on a team of threads, which stays the caller's.</summary>
    public ChannelsLastConvolution(ThreadTeam team)
    {
        ArgumentNullException.ThrowIfNull(team);
        _team = team;
        _ladder = new KernelLadder<ChannelsLastConvolutionProblem>("ChannelsLastConvolution",
        [
            new(Pixels, "pixels", "register tiles of pixels by filters, over pixels where they lie or in strips with zeros around them")
            {
                WhyNot = PixelConvolution.WhyNot, Traffic = (p, _) => p.Bytes,
            },
            new(Depthwise, "depthwise", "nine taps of neighbouring channels that are filtered one by one")
            {
                WhyNot = PixelDepthwise.WhyNot, Traffic = (p, _) => p.Bytes,
            },
            new(SmallTiles, "F(2x2,3x3)", "minimal filtering: 16 multiplications for 36")
            {
                Math = ProductMath.Fp32, Tolerance = SmallTilesTolerance, WhyNot = PixelWinograd<Winograd2>.WhyNot, Traffic = (p, _) => p.Bytes,
            },
            new(LargeTiles, "F(4x4,3x3)", "minimal filtering: 36 multiplications for 144")
            {
                Math = ProductMath.Fp32, Tolerance = LargeTilesTolerance, IsExactOnIntegers = false, WhyNot = PixelWinograd<Winograd4>.WhyNot,
                Traffic = (p, _) => p.Bytes,
            },
        ])
        {
            Rule = p => new KernelChoice(VariantFor(p)),
            Class = p => ConvolutionLadder.ClassOf(p.Convolution),
        };
    }

    /// <summary>The ways to compute it.</summary>
    public KernelLadder Ladder => _ladder;

    /// <summary>What may be traded for speed: <see cref="ProductMath.Exact"/> leaves out minimal filtering.</summary>
    public ProductMath ProductMath
    {
        get => _math;
        set
        {
            _math = value;
            _ladder.Forget();
        }
    }

    /// <summary>Some variant computes a convolution.</summary>
    public static bool Computes(in ChannelsLastConvolutionProblem problem) => PixelConvolution.WhyNot(problem) is null || PixelDepthwise.WhyNot(problem) is null;

    /// <summary>The variant that computes a problem.</summary>
    public int Variant(in ChannelsLastConvolutionProblem problem) => _ladder.Choose(problem).Variant;

    /// <summary>y = conv(x, w) + bias + added, rectified if the problem says so. Overwrites what of y belongs to the problem.</summary>
    /// <exception cref="ArgumentException">A length differs from the problem's, or no variant computes it.</exception>
    public void Forward(
        in ChannelsLastConvolutionProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, ReadOnlySpan<float> added, Span<float> y)
    {
        problem.Check(x.Length, w.Length, bias.Length, added.Length, y.Length);
        int variant = Variant(problem), length = checked((int)PreparedLength(problem, variant));
        var prepared = new Span<float>(_team.SharedPacking.Get<float>(length), length);
        Prepare(problem, variant, w, prepared);
        Forward(problem, variant, x, prepared, bias, added, y);
    }

    /// <summary>As the other overload, by filters that <see cref="Prepare"/> has laid out for a variant.</summary>
    /// <exception cref="ArgumentException">A length differs from the problem's, or the variant does not compute it.</exception>
    public void Forward(
        in ChannelsLastConvolutionProblem problem, int variant, ReadOnlySpan<float> x, ReadOnlySpan<float> prepared, ReadOnlySpan<float> bias, ReadOnlySpan<float> added,
        Span<float> y)
    {
        problem.Check(x.Length, problem.Convolution.LengthW, bias.Length, added.Length, y.Length);
        Guard.Length(prepared.Length, checked((int)PreparedLength(problem, variant)));
        Require(problem, variant);
        fixed (float* px = x, pw = prepared, pBias = bias, pAdded = added, py = y)
        {
            if (variant == Pixels) PixelConvolution.Run(problem, px, pw, pBias, pAdded, py, _team);
            else if (variant == Depthwise) PixelDepthwise.Run(problem, px, pw, pBias, pAdded, py, _team);
            else if (variant == SmallTiles) PixelWinograd<Winograd2>.Run(problem, px, pw, pBias, pAdded, py, _team);
            else PixelWinograd<Winograd4>.Run(problem, px, pw, pBias, pAdded, py, _team);
        }
    }

    /// <summary>Elements of filters laid out for a variant.</summary>
    public static long PreparedLength(in ChannelsLastConvolutionProblem problem, int variant) => variant switch
    {
        Pixels => PixelLayout.PreparedLength(problem),
        Depthwise => problem.Convolution.LengthW,
        SmallTiles => PixelWinograd<Winograd2>.PreparedLength(problem.Convolution),
        _ => PixelWinograd<Winograd4>.PreparedLength(problem.Convolution),
    };

    /// <summary>Lays filters out for forward passes by a variant. Overwrites prepared.</summary>
    /// <exception cref="ArgumentException">A length differs, or the variant does not compute the problem.</exception>
    public void Prepare(in ChannelsLastConvolutionProblem problem, int variant, ReadOnlySpan<float> w, Span<float> prepared)
    {
        Guard.Length(w.Length, problem.Convolution.LengthW);
        Guard.Length(prepared.Length, checked((int)PreparedLength(problem, variant)));
        Require(problem, variant);
        fixed (float* pw = w, target = prepared)
        {
            if (variant == Pixels) new PixelLayout(problem).Prepare(problem, pw, target);
            else if (variant == Depthwise) PixelDepthwise.Prepare(problem, pw, target);
            else if (variant == SmallTiles) PixelWinograd<Winograd2>.Prepare(problem.Convolution, pw, target);
            else PixelWinograd<Winograd4>.Prepare(problem.Convolution, pw, target);
        }
    }

    private static void Require(in ChannelsLastConvolutionProblem problem, int variant)
    {
        string? whyNot = variant switch
        {
            Pixels => PixelConvolution.WhyNot(problem),
            Depthwise => PixelDepthwise.WhyNot(problem),
            SmallTiles => PixelWinograd<Winograd2>.WhyNot(problem),
            _ => PixelWinograd<Winograd4>.WhyNot(problem),
        };
        if (whyNot is { } why) throw new ArgumentException($"ChannelsLastConvolution {problem}: {why}.", nameof(problem));
    }

    private int VariantFor(ChannelsLastConvolutionProblem problem)
    {
        if (PixelDepthwise.WhyNot(problem) is null) return Depthwise;
        if (_math == ProductMath.Exact || PixelWinograd<Winograd2>.WhyNot(problem) is not null) return Pixels;
        ConvolutionProblem p = problem.Convolution;
        // In multiply-adds of the time that each takes: products, filters that come from memory, transforms of a channel of a tile. Measured on AVX-512 (Zen 5).
        double pixels = 1.15 * p.Flops / 2 + ReadElement * p.LengthW;
        double small = Filtering(PixelWinograd<Winograd2>.Tiles(p), 16, 220), large = Filtering(PixelWinograd<Winograd4>.Tiles(p), 36, 640);
        return pixels <= Math.Min(small, large) ? Pixels : small < large ? SmallTiles : LargeTiles;

        double Filtering(long tiles, int points, double tile) =>
            points * p.LengthW / 9.0 * (1.25 * tiles + ReadElement) + tile * tiles * (p.Channels + p.Filters);
    }
}
