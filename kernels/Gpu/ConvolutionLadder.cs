using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The product that a direction of a convolution is, for each of its groups: results <c>[rows, columns]</c> of that many steps.</summary>
/// <param name="Rows">Rows of the result.</param>
/// <param name="Columns">Columns of the result.</param>
/// <param name="Steps">Terms of each sum, zeros included.</param>
/// <param name="Phases">Products that it falls into, each with a share of the columns and of the steps: the phases of a stride, going back.</param>
internal readonly record struct ConvolutionProduct(int Rows, int Columns, int Steps, int Phases)
{
    /// <summary>y: filters by positions of the output.</summary>
    public static ConvolutionProduct Forward(ConvolutionProblem p) =>
        new(p.GroupFilters, p.Batch * p.OutputHeight * p.OutputWidth, p.PatchLength, 1);

    /// <summary>dx: channels by positions of the input.</summary>
    public static ConvolutionProduct BackwardData(ConvolutionProblem p) =>
        new(p.GroupChannels, p.Batch * p.Height * p.Width, p.GroupFilters * p.KernelH * p.KernelW, p.StrideH * p.StrideW);

    /// <summary>dw: filters by terms of a patch, summed over the positions of the output.</summary>
    public static ConvolutionProduct BackwardWeights(ConvolutionProblem p) =>
        new(p.GroupFilters, p.PatchLength, p.Batch * p.OutputHeight * p.OutputWidth, 1);
}

/// <summary>What the ladders of the three convolutions have in common.</summary>
internal static class ConvolutionLadder
{
    /// <summary>The ideas of the variants, and the name of the third.</summary>
    public readonly record struct Ideas(string Plain, string Tiled, string TableName, string Table, string Pointwise, string Depthwise);

    /// <summary>The ladder of a direction whose results are images: plain, tiled, by a table, pointwise, depthwise.</summary>
    public static KernelLadder<ConvolutionProblem> OfImages(
        GpuQueue queue, string operation, TileSet<ConvolutionTiledOperands> tiles, Func<ConvolutionProblem, ConvolutionProduct> productOf, Ideas ideas)
    {
        KernelLadder<ConvolutionProblem> ladder = null!;
        return ladder = new KernelLadder<ConvolutionProblem>(operation,
        [
            new(1, "plain", ideas.Plain) { Traffic = (p, _) => Read(p, 1) },
            new(2, "tiled", ideas.Tiled) { Traffic = (p, _) => Read(p, TiledKernel<ConvolutionTiledOperands>.Side(queue)) },
            new(3, ideas.TableName, ideas.Table) { Tiles = tiles.Names, WhyNot = WhyNotTiles, Traffic = Traffic },
            new(4, "pointwise", ideas.Pointwise)
            {
                Tiles = tiles.Names, WhyNot = p => WhyNotPointwise(p) ?? WhyNotTiles(p), Traffic = Traffic,
            },
            new(5, "depthwise", ideas.Depthwise) { WhyNot = ConvolutionDepthwise.WhyNot, Traffic = (p, _) => p.Bytes },
        ])
        {
            Rule = Rule,
            Class = ClassOf,
            Tuned = (operation, problems) => queue.Tuned(operation, problems),
        };

        // Square tiles of a side: every result costs two reads of a side-th for each step, and a write.
        long Read(ConvolutionProblem p, int side)
        {
            ConvolutionProduct product = productOf(p);
            long results = (long)p.Groups * product.Rows * product.Columns;
            return 4L * (2L * results * product.Steps / side + results);
        }

        long Traffic(ConvolutionProblem p, string? tile)
        {
            (int rows, int columns, int steps, int phases) = productOf(p);
            return 4L * p.Groups * phases * tiles.Find(tile).Traffic(rows, Math.Max(columns / phases, 1), Math.Max(steps / phases, 1));
        }

        string? WhyNotTiles(ConvolutionProblem p) => tiles.WhyNot(productOf(p).Rows, productOf(p).Columns, p.Groups);

        KernelChoice Rule(ConvolutionProblem p)
        {
            if (ladder.WhyNot(5, p) is null) return new KernelChoice(5);
            int variant = ladder.WhyNot(4, p) is null ? 4 : 3;
            if (ladder.WhyNot(variant, p) is not null) return new KernelChoice(2);
            ConvolutionProduct product = productOf(p);
            return new KernelChoice(
                variant, tiles.Fill(product.Rows, product.Columns / product.Phases, p.Groups, queue.Accelerator.NumMultiprocessors));
        }
    }

    /// <summary>Their classes: kernel, stride and groups, and the sizes of the forward product rounded up.</summary>
    public static string ClassOf(ConvolutionProblem p) =>
        $"k{SizeClass.Of(p.GroupFilters)}c{SizeClass.Of(p.PatchLength)}p{SizeClass.Of(p.Batch * p.OutputHeight * p.OutputWidth)}" +
        $"r{p.KernelH}s{p.StrideH}{(p.Groups > 1 ? "g" : "")}";

    // A position is its own patch, in planes of vectors.
    private static string? WhyNotPointwise(ConvolutionProblem p) =>
        p is not { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, PadH: 0, PadW: 0, TrailH: 0, TrailW: 0 } ? "the kernel is not 1 x 1, dense and without padding"
        : p.Height * p.Width % 4 != 0 ? $"planes of {p.Height * p.Width} are no multiple of 4"
        : p.GroupChannels % 4 != 0 ? $"{p.GroupChannels} channels are no multiple of 4"
        : null;
}
