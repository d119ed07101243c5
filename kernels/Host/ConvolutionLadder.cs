using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>The ways to compute a direction of a convolution whose results are images.</summary>
internal static class ConvolutionLadder
{
    /// <summary>Numbers of the variants.</summary>
    public const int Product = 1, SmallTiles = 2, LargeTiles = 3;

    // Normalised mean squared errors on normal random data are below 1e-13 and 3e-12 (`jk kernel check ConvolutionForward --variant all --device host`).
    private const double SmallTilesTolerance = 1e-12, LargeTilesTolerance = 1e-10;

    // Tiles are multiplied by at least this many at once.
    private const int LeastTiles = 32;

    /// <summary>Builds a ladder.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="math">What may be traded for speed.</param>
    /// <param name="shapeOf">Channels in and out, and the height and width of the result, of a problem.</param>
    public static KernelLadder<ConvolutionProblem> Of(
        string operation, Func<ProductMath> math, Func<ConvolutionProblem, (int Channels, int Filters, int Height, int Width)> shapeOf)
    {
        return new KernelLadder<ConvolutionProblem>(operation,
        [
            new(Product, "product", "a matrix product over patches, which are gathered into its panels and never stand in memory")
            {
                Traffic = (p, _) => p.Bytes,
            },
            new(SmallTiles, "F(2x2,3x3)", "minimal filtering: 16 multiplications for 36")
            {
                Math = ProductMath.Fp32, Tolerance = SmallTilesTolerance, WhyNot = WinogradConvolution.WhyNot, Traffic = (p, _) => p.Bytes,
            },
            new(LargeTiles, "F(4x4,3x3)", "minimal filtering: 36 multiplications for 144")
            {
                Math = ProductMath.Fp32, Tolerance = LargeTilesTolerance, IsExactOnIntegers = false, WhyNot = WinogradConvolution.WhyNot,
                Traffic = (p, _) => p.Bytes,
            },
        ])
        {
            Rule = p => new KernelChoice(VariantFor(p)),
            Class = p => $"k{p.GroupFilters}c{p.GroupChannels}h{p.OutputHeight}n{p.Batch}r{p.KernelH}s{p.StrideH}",
        };

        int VariantFor(ConvolutionProblem p)
        {
            if (math() == ProductMath.Exact || WinogradConvolution.WhyNot(p) is not null) return Product;
            (int channels, int filters, int height, int width) = shapeOf(p);
            // In multiply-adds of the time that each takes: of the products, with the share that packing adds, and of the transforms of a filter and of a
            // channel of a tile. Measured on a Xeon with AVX-512.
            double product = 1.7 * 9 * channels * filters * p.Batch * height * width;
            double small = Filtering(2, 500, 700), large = Filtering(4, 1200, 1000);
            return Math.Min(small, large) >= product ? Product : small < large ? SmallTiles : LargeTiles;

            double Filtering(int outputs, double filter, double tile)
            {
                long tiles = (long)p.Batch * ((height + outputs - 1) / outputs) * ((width + outputs - 1) / outputs);
                int points = (outputs + 2) * (outputs + 2);
                return 1.25 * points * channels * filters * Math.Max(tiles, LeastTiles) + filter * channels * filters + tile * tiles * (channels + filters);
            }
        }
    }
}
