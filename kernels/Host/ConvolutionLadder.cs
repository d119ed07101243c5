using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>The ways to compute a direction of a convolution whose results are images.</summary>
internal static class ConvolutionLadder
{
    /// <summary>Numbers of the variants.</summary>
    public const int Product = 1, Direct = 2, SmallTiles = 3, LargeTiles = 4, WideFilters = 5, Depthwise = 6;

    private const string Forward = "ConvolutionForward";

    // Normalised mean squared errors on normal random data are below 1e-13 and 3e-12 (`jk kernel check ConvolutionForward --variant all --device host`).
    private const double SmallTilesTolerance = 1e-12, LargeTilesTolerance = 1e-10;

    // A register tile of fewer rows takes as long: it waits for its columns.
    private const int LeastRows = 3;

    // To pack an element of filters; to read one prepared before, which comes from memory.
    private const double PackElement = 30, ReadElement = 8;

    // Tiles are multiplied by at least this many at once, if they are more than a narrow register tile has.
    private const int LeastTiles = 32;

    /// <summary>The class that a convolution is tuned with.</summary>
    public static string ClassOf(ConvolutionProblem p) => $"k{p.GroupFilters}c{p.GroupChannels}h{p.OutputHeight}n{p.Batch}r{p.KernelH}s{p.StrideH}";

    /// <summary>Builds a ladder.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="math">What may be traded for speed.</param>
    /// <param name="shapeOf">Channels in and out, and the height and width of the result, of a problem.</param>
    /// <param name="isPrepared">Filters are packed or transformed before.</param>
    public static KernelLadder<ConvolutionProblem> Of(
        string operation, Func<ProductMath> math, Func<ConvolutionProblem, (int Channels, int Filters, int Height, int Width)> shapeOf, bool isPrepared = false)
    {
        return new KernelLadder<ConvolutionProblem>(operation,
        [
            new(Product, "product", "a matrix product over patches, which are gathered into its panels and never stand in memory")
            {
                Traffic = (p, _) => p.Bytes,
            },
            new(Direct, "direct", "the register tile reads pixels where they lie, in a padded copy of the image split by the strides, or in the image itself")
            {
                WhyNot = p => DirectConvolution.WhyNot(p, operation == Forward), Traffic = (p, _) => p.Bytes,
            },
            new(SmallTiles, "F(2x2,3x3)", "minimal filtering: 16 multiplications for 36")
            {
                Math = ProductMath.Fp32, Tolerance = SmallTilesTolerance, WhyNot = p => WinogradConvolution.WhyNot(p, 3), Traffic = (p, _) => p.Bytes,
            },
            new(LargeTiles, "F(4x4,3x3)", "minimal filtering: 36 multiplications for 144")
            {
                Math = ProductMath.Fp32, Tolerance = LargeTilesTolerance, IsExactOnIntegers = false, WhyNot = p => WinogradConvolution.WhyNot(p, 3),
                Traffic = (p, _) => p.Bytes,
            },
            new(WideFilters, "F(2x2,5x5)", "minimal filtering of 5 x 5 filters: 36 multiplications for 100")
            {
                Math = ProductMath.Fp32, Tolerance = LargeTilesTolerance, IsExactOnIntegers = false, WhyNot = p => WinogradConvolution.WhyNot(p, 5),
                Traffic = (p, _) => p.Bytes,
            },
            new(Depthwise, "depthwise", "rows of three taps over channels that are filtered one by one")
            {
                WhyNot = WhyNotDepthwise, Traffic = (p, _) => p.Bytes,
            },
        ])
        {
            Rule = p => new KernelChoice(VariantFor(p)),
            Class = ClassOf,
        };

        string? WhyNotDepthwise(ConvolutionProblem p) => operation == Forward ? DepthwiseConvolution.WhyNot(p) : DepthwiseConvolution.WhyNotBackward(p);

        int VariantFor(ConvolutionProblem p)
        {
            if (WhyNotDepthwise(p) is null) return Depthwise;
            (int channels, int filters, int height, int width) = shapeOf(p);
            // In multiply-adds of the time that each takes: of the products, which run a little below the roof; to gather an element of a patch; to copy one of
            // an image. A phase of the strides has its share of the taps. Measured on AVX-512 (Zen 4).
            bool forward = operation == Forward;
            int phases = forward ? 1 : Math.Min(p.StrideH, p.KernelH) * Math.Min(p.StrideW, p.KernelW);
            double terms = (double)channels / p.Groups * p.KernelH * p.KernelW / phases, rows = Math.Max(filters / p.Groups, LeastRows);
            double positions = (double)p.Batch * height * width / phases, columns = Math.Ceiling(positions / GemmTiles.Columns) * GemmTiles.Columns;
            // Pixels of filters of one tap lie in lines: the last columns of a tile cost less than those that are gathered.
            double gathered = phases * p.Groups * terms * ((p.KernelH * p.KernelW == 1 ? positions : columns) * 1.1 * rows + positions * 26);
            double direct = p.Batch * (phases * p.Groups * terms * 1.1 * rows * DirectConvolution.Positions(p, forward) + 8.0 * channels * (forward ? p.Height * p.Width : height * width));
            int product = direct < gathered && DirectConvolution.WhyNot(p, forward) is null ? Direct : Product;
            if (math() == ProductMath.Exact) return product;
            double plain = Math.Min(direct, gathered) + (isPrepared ? ReadElement : PackElement) * p.LengthW;
            if (WinogradConvolution.WhyNot(p, 5) is null) return Filtering(2, 6, 2000, 1000) < plain ? WideFilters : product;
            if (WinogradConvolution.WhyNot(p, 3) is not null) return product;
            double small = Filtering(2, 4, 500, 700), large = Filtering(4, 6, 700, 1000);
            return Math.Min(small, large) >= plain ? product : small < large ? SmallTiles : LargeTiles;

            double Filtering(int outputs, int side, double filter, double tile)
            {
                long tiles = (long)p.Batch * ((height + outputs - 1) / outputs) * ((width + outputs - 1) / outputs);
                long multiplied = tiles <= NarrowTiles.Columns ? NarrowTiles.Columns : Math.Max(tiles, LeastTiles);
                double perFilter = isPrepared ? ReadElement * side * side : filter;
                return 1.25 * side * side * channels * filters * multiplied + perFilter * channels * filters + tile * tiles * (channels + filters);
            }
        }
    }
}
