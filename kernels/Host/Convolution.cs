using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution and its backward pass: matrix products over patches (<see cref="ConvolutionProduct"/>), or over pixels where they lie
/// (<see cref="DirectConvolution"/>), or minimal filtering for 3 x 3 and 5 x 5 filters of stride 1 (<see cref="WinogradConvolution"/>), or channel by channel
/// (<see cref="DepthwiseConvolution"/>). See <see cref="ConvolutionProblem"/> for shapes.
/// </summary>
public sealed unsafe class Convolution
{
    private readonly ThreadTeam _team;
    private readonly KernelLadder<ConvolutionProblem> _forward, _backwardData, _backwardWeights;

    // The forward pass again, by another rule.
    private readonly KernelLadder<ConvolutionProblem> _forwardPrepared;
    private ProductMath _math = ProductMath.Fp32;

    /// <summary>Convolutions on a team of threads, which stays the caller's.</summary>
    public Convolution(ThreadTeam team)
    {
        ArgumentNullException.ThrowIfNull(team);
        _team = team;
        _forward = ConvolutionLadder.Of("ConvolutionForward", () => _math, ForwardShape);
        _forwardPrepared = ConvolutionLadder.Of("ConvolutionForward", () => _math, ForwardShape, isPrepared: true);
        _backwardData = ConvolutionLadder.Of("ConvolutionBackwardData", () => _math, p => (p.Filters, p.Channels, p.Height, p.Width));
        _backwardWeights = WeightGradientLadder.Of("ConvolutionBackwardWeights", () => _math);
        Ladders = [_forward, _backwardData, _backwardWeights];

        static (int Channels, int Filters, int Height, int Width) ForwardShape(ConvolutionProblem p) => (p.Channels, p.Filters, p.OutputHeight, p.OutputWidth);
    }

    /// <summary>The ways to compute each direction that has several.</summary>
    public IReadOnlyList<KernelLadder> Ladders { get; }

    /// <summary>What may be traded for speed: <see cref="ProductMath.Exact"/> leaves out minimal filtering.</summary>
    public ProductMath ProductMath
    {
        get => _math;
        set
        {
            _math = value;
            foreach (KernelLadder ladder in Ladders) ladder.Forget();
            _forwardPrepared.Forget();
        }
    }

    /// <summary>
    /// y[K][n,oh,ow] = w[K][c,r,s] patches[c,r,s][n,oh,ow] + bias[K], rectified if the problem says so, group by group. Overwrites y.
    /// </summary>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public void Forward(in ConvolutionProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, Span<float> y) =>
        Forward(problem, _forward.Choose(problem).Variant, x, w, default, bias, y);

    /// <summary>As the other overload, with filters that <see cref="Prepare"/> has laid out for a variant: the same bits as that variant without.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="x">Images [N,C,H,W].</param>
    /// <param name="w">The filters [K,C/G,R,S] that were laid out, unchanged since.</param>
    /// <param name="prepared">The filters laid out; empty where the variant reads them as they are.</param>
    /// <param name="bias">[K], or empty.</param>
    /// <param name="y">Overwritten.</param>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public void Forward(
        in ConvolutionProblem problem, int variant, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> prepared, ReadOnlySpan<float> bias, Span<float> y)
    {
        problem.Check(x.Length, w.Length, y.Length);
        Guard.Length(bias.Length, problem.LengthBias);
        if (!prepared.IsEmpty) Guard.Length(prepared.Length, checked((int)PreparedLength(problem, variant)));
        fixed (float* px = x, pw = w, laidOut = prepared, pBias = bias, py = y)
        {
            switch (variant)
            {
                case ConvolutionLadder.Product:
                    ConvolutionProduct.Forward(problem, px, pw, laidOut, pBias, py, _team);
                    break;
                case ConvolutionLadder.Direct:
                    DirectConvolution.Forward(problem, px, pw, laidOut, pBias, py, _team);
                    break;
                case ConvolutionLadder.SmallTiles:
                    WinogradConvolution.Forward<Winograd2>(problem, px, pw, laidOut, pBias, py, _team);
                    break;
                case ConvolutionLadder.LargeTiles:
                    WinogradConvolution.Forward<Winograd4>(problem, px, pw, laidOut, pBias, py, _team);
                    break;
                case ConvolutionLadder.Depthwise:
                    DepthwiseConvolution.Forward(problem, px, pw, pBias, py, _team);
                    break;
                default:
                    WinogradConvolution.Forward<Winograd2Of5>(problem, px, pw, laidOut, pBias, py, _team);
                    break;
            }
        }
    }

    /// <summary>The variant of the forward pass that computes a problem whose filters are laid out before.</summary>
    public int PreparedVariant(in ConvolutionProblem problem) => (_forward.Forced is null ? _forwardPrepared : _forward).Choose(problem).Variant;

    /// <summary>Elements of filters laid out for a variant; 0 where it reads them as they are.</summary>
    public static long PreparedLength(in ConvolutionProblem problem, int variant) => variant switch
    {
        ConvolutionLadder.Product or ConvolutionLadder.Direct => PackedFilters.Length(problem),
        ConvolutionLadder.SmallTiles => WinogradConvolution.PreparedLength<Winograd2>(problem),
        ConvolutionLadder.LargeTiles => WinogradConvolution.PreparedLength<Winograd4>(problem),
        ConvolutionLadder.WideFilters => WinogradConvolution.PreparedLength<Winograd2Of5>(problem),
        _ => 0,
    };

    /// <summary>Lays filters out for many forward passes by a variant. Overwrites prepared.</summary>
    /// <exception cref="ArgumentException">A length differs: the problem's, or <see cref="PreparedLength"/>.</exception>
    public void Prepare(in ConvolutionProblem problem, int variant, ReadOnlySpan<float> w, Span<float> prepared)
    {
        Guard.Length(w.Length, problem.LengthW);
        Guard.Length(prepared.Length, checked((int)PreparedLength(problem, variant)));
        fixed (float* pw = w, target = prepared)
        {
            switch (variant)
            {
                case ConvolutionLadder.Product or ConvolutionLadder.Direct:
                    PackedFilters.Pack(problem, pw, target, _team);
                    break;
                case ConvolutionLadder.SmallTiles:
                    WinogradConvolution.Prepare<Winograd2>(problem, pw, target, _team);
                    break;
                case ConvolutionLadder.LargeTiles:
                    WinogradConvolution.Prepare<Winograd4>(problem, pw, target, _team);
                    break;
                case ConvolutionLadder.WideFilters:
                    WinogradConvolution.Prepare<Winograd2Of5>(problem, pw, target, _team);
                    break;
            }
        }
    }

    /// <summary>dx[c][n,h,w] = w^T[c][k,r,s] gathered dy[k,r,s][n,h,w]. Overwrites dx.</summary>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public void BackwardData(in ConvolutionProblem problem, ReadOnlySpan<float> dy, ReadOnlySpan<float> w, Span<float> dx)
    {
        problem.Check(dx.Length, w.Length, dy.Length);
        fixed (float* pdy = dy, pw = w, pdx = dx)
        {
            switch (_backwardData.Choose(problem).Variant)
            {
                case ConvolutionLadder.Product:
                    ConvolutionProduct.BackwardData(problem, pdy, pw, pdx, _team);
                    break;
                case ConvolutionLadder.Direct:
                    DirectConvolution.BackwardData(problem, pdy, pw, pdx, _team);
                    break;
                case ConvolutionLadder.SmallTiles:
                    WinogradConvolution.BackwardData<Winograd2>(problem, pdy, pw, pdx, _team);
                    break;
                case ConvolutionLadder.LargeTiles:
                    WinogradConvolution.BackwardData<Winograd4>(problem, pdy, pw, pdx, _team);
                    break;
                case ConvolutionLadder.Depthwise:
                    DepthwiseConvolution.BackwardData(problem, pdy, pw, pdx, _team);
                    break;
                default:
                    WinogradConvolution.BackwardData<Winograd2Of5>(problem, pdy, pw, pdx, _team);
                    break;
            }
        }
    }

    /// <summary>dw[K][c,r,s] += dy[K][n,oh,ow] patches^T[n,oh,ow][c,r,s]. Accumulates.</summary>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public void BackwardWeights(in ConvolutionProblem problem, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dw)
    {
        problem.Check(x.Length, dw.Length, dy.Length);
        fixed (float* px = x, pdy = dy, pdw = dw)
        {
            switch (_backwardWeights.Choose(problem).Variant)
            {
                case WeightGradientLadder.Product:
                    ConvolutionProduct.BackwardWeights(problem, px, pdy, pdw, _team);
                    break;
                case WeightGradientLadder.LargeTiles:
                    WinogradWeightGradient.Run<Winograd4>(problem, px, pdy, pdw, _team);
                    break;
                case WeightGradientLadder.Depthwise:
                    DepthwiseConvolution.BackwardWeights(problem, px, pdy, pdw, _team);
                    break;
                default:
                    WinogradWeightGradient.Run<Winograd2Of5>(problem, px, pdy, pdw, _team);
                    break;
            }
        }
    }

    /// <summary>db[K] += sums of dy over images and positions. Accumulates.</summary>
    /// <exception cref="ArgumentException">A length differs from the problem's.</exception>
    public void BackwardBias(in ConvolutionProblem problem, ReadOnlySpan<float> dy, Span<float> db)
    {
        Guard.Length(dy.Length, problem.LengthY);
        Guard.Length(db.Length, problem.Filters);
        fixed (float* pdy = dy, pdb = db)
        {
            var body = new BiasBody { Gradient = pdy, Bias = pdb, Batch = problem.Batch, Filters = problem.Filters, Spatial = problem.OutputHeight * problem.OutputWidth };
            _team.For(problem.Filters, ref body);
        }
    }

    private struct BiasBody : IParallelBody
    {
        public float* Gradient;
        public float* Bias;
        public int Batch, Filters, Spatial;

        public readonly void Run(int task, int worker)
        {
            double sum = 0;
            for (int image = 0; image < Batch; image++)
                sum += Summation.Sum(Spatial, new StoredTerms { X = Gradient + ((nint)image * Filters + task) * Spatial });
            Bias[task] += (float)sum;
        }
    }
}
