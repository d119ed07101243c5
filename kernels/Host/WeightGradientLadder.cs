using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>The ways to compute the gradient of a convolution's weights.</summary>
internal static class WeightGradientLadder
{
    /// <summary>Numbers of the variants.</summary>
    public const int Product = 1, LargeTiles = 2, WideFilters = 3;

    // Normalised mean squared errors on normal random data are below 1e-11 (`jk kernel check ConvolutionBackwardWeights --variant all --device host`).
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
        ])
        {
            Rule = p => new KernelChoice(VariantFor(p)),
            Class = p => $"k{p.GroupFilters}c{p.GroupChannels}h{p.OutputHeight}n{p.Batch}r{p.KernelH}s{p.StrideH}",
        };

        int VariantFor(ConvolutionProblem p)
        {
            if (math() == ProductMath.Exact) return Product;
            if (WinogradConvolution.WhyNot(p, 3) is null) return LargeTiles;
            if (WinogradConvolution.WhyNot(p, 5) is null) return WideFilters;
            return Product;
        }
    }
}
