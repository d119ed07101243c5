using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>The ways to compute the gradient of a convolution's weights.</summary>
internal static class WeightGradientLadder
{
    /// <summary>Numbers of the variants.</summary>
    public const int Product = 1, LargeTiles = 2, WideFilters = 3, Depthwise = 4;

    // Normalised mean squared errors on normal random data are below 2e-11 (`jk kernel check ConvolutionBackwardWeights --variant all --device host`).
    private const double Tolerance = 1e-10;

    /// <summary>Builds the ladder.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="math">What may be traded for speed.</param>
    public static KernelLadder<ConvolutionProblem> Of(string operation, Func<ProductMath> math)
    {
        return new KernelLadder<ConvolutionProblem>(operation,
        [
            new(Product, "product", "a matrix product over patches, which are gathered into its panels and never stand in memory")
            {
                Traffic = (p, _) => p.Bytes,
            },
            new(LargeTiles, "F(3x3,4x4)", "minimal filtering with the tiles of dy as filters: 36 multiplications for 144")
            {
                Math = ProductMath.Fp32, Tolerance = Tolerance, IsExactOnIntegers = false, WhyNot = p => WinogradConvolution.WhyNot(p, 3), Traffic = (p, _) => p.Bytes,
            },
            new(WideFilters, "F(5x5,2x2)", "minimal filtering of 5 x 5 filters: 36 multiplications for 100")
            {
                Math = ProductMath.Fp32, Tolerance = Tolerance, IsExactOnIntegers = false, WhyNot = p => WinogradConvolution.WhyNot(p, 5), Traffic = (p, _) => p.Bytes,
            },
            new(Depthwise, "depthwise", "nine sums over the planes of a channel that is filtered by itself")
            {
                WhyNot = DepthwiseConvolution.WhyNot, Traffic = (p, _) => p.Bytes,
            },
        ])
        {
            Rule = p => new KernelChoice(VariantFor(p)),
            Class = p => $"k{p.GroupFilters}c{p.GroupChannels}h{p.OutputHeight}n{p.Batch}r{p.KernelH}s{p.StrideH}",
        };

        int VariantFor(ConvolutionProblem p)
        {
            if (DepthwiseConvolution.WhyNot(p) is null) return Depthwise;
            if (math() == ProductMath.Exact) return Product;
            if (WinogradConvolution.WhyNot(p, 3) is null) return Filtering(4, 6) < Gathered() ? LargeTiles : Product;
            if (WinogradConvolution.WhyNot(p, 5) is null) return Filtering(2, 6) < Gathered() ? WideFilters : Product;
            return Product;

            // In multiply-adds of the time that each takes: of the products, which run a little below the roof; to gather an element of a patch; to pack one
            // of dy; to add a weight. Measured on AVX-512 (Zen 4).
            double Gathered()
            {
                double columns = GemmBlocking.RoundUp(p.PatchLength, GemmTiles.Columns);
                double position = 1.1 * columns * p.Filters + 26.0 * p.PatchLength + 15.0 * p.Filters;
                return (double)p.Batch * p.OutputHeight * p.OutputWidth * position + 25.0 * p.LengthW;
            }

            // To transform an element of a tile into its points; to transform the sums of two channels back and add them, once a chunk.
            double Filtering(int outputs, int side)
            {
                double filters = GemmBlocking.RoundUp(p.Filters, GemmTiles.HeightFor(p.Filters)), channels = GemmBlocking.RoundUp(p.Channels, GemmTiles.Columns);
                double tiles = (double)p.Batch * GemmBlocking.Covering(p.OutputHeight, outputs) * GemmBlocking.Covering(p.OutputWidth, outputs);
                double chunks = Math.Max(1, tiles / WeightGradientLayout.PairTiles);
                return 1.1 * side * side * tiles * filters * channels + 600 * tiles * (filters + channels) + 500 * chunks * filters * channels;
            }
        }
    }
}
