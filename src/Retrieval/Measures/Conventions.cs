namespace JaccardKernels.Retrieval;

/// <summary>What the sum of precisions of an average precision is divided by. Published numbers differ by it by up to 15 points.</summary>
public enum ApNormaliser
{
    /// <summary>The relevant items among the top R: the convention of most published code.</summary>
    Retrieved,

    /// <summary>The smaller of R and the relevant items of the database: what a perfect ranking would reach.</summary>
    MinimumOfTopAndTotal,

    /// <summary>All relevant items of the database.</summary>
    Total,
}

/// <summary>What becomes of queries whose measure would be 0 / 0.</summary>
public enum NoRelevant
{
    /// <summary>They are left out of the mean.</summary>
    Drop,

    /// <summary>They count 0.</summary>
    Zero,
}

/// <summary>What becomes of items at the same distance.</summary>
public enum TieHandling
{
    /// <summary>They stand in the order of the database.</summary>
    Listed,

    /// <summary>The measure's expectation over all their orders, in closed form.</summary>
    Expected,
}

/// <summary>
/// The choices that a published measure leaves open. <see cref="Field"/> is what most papers report, <see cref="Strict"/> what cannot be
/// flattered; reports print both.
/// </summary>
/// <param name="Normaliser">The divisor of mAP and WAP.</param>
/// <param name="NoRelevant">
/// Queries without a relevant item: among the top R for mAP and WAP normalised by the retrieved items, else in the whole database (recall),
/// or without any gain in it (NDCG). Precision and ACG are defined for every query and always average over all.
/// </param>
/// <param name="Ties">The order of equals.</param>
public sealed record MeasureConventions(ApNormaliser Normaliser, NoRelevant NoRelevant, TieHandling Ties)
{
    /// <summary>Retrieved, dropped, listed.</summary>
    public static MeasureConventions Field { get; } = new(ApNormaliser.Retrieved, NoRelevant.Drop, TieHandling.Listed);

    /// <summary>min(R, total), zero, expected.</summary>
    public static MeasureConventions Strict { get; } = new(ApNormaliser.MinimumOfTopAndTotal, NoRelevant.Zero, TieHandling.Expected);

    /// <summary>Reads the words of the command line: retrieved, min or total; drop or zero; listed or expected.</summary>
    /// <exception cref="ArgumentException">A word is none of these.</exception>
    public static MeasureConventions Parse(string normaliser, string noRelevant, string ties) => new(
        normaliser switch
        {
            "retrieved" => ApNormaliser.Retrieved,
            "min" => ApNormaliser.MinimumOfTopAndTotal,
            "total" => ApNormaliser.Total,
            _ => throw new ArgumentException($"the normaliser is '{normaliser}'; it is retrieved, min or total.", nameof(normaliser)),
        },
        noRelevant switch
        {
            "drop" => NoRelevant.Drop,
            "zero" => NoRelevant.Zero,
            _ => throw new ArgumentException($"no-relevant is '{noRelevant}'; it is drop or zero.", nameof(noRelevant)),
        },
        ties switch
        {
            "listed" => TieHandling.Listed,
            "expected" => TieHandling.Expected,
            _ => throw new ArgumentException($"ties is '{ties}'; it is listed or expected.", nameof(ties)),
        });

    /// <summary>All choices in words.</summary>
    public override string ToString()
    {
        string normaliser = Normaliser switch
        {
            ApNormaliser.Retrieved => "AP over the relevant retrieved",
            ApNormaliser.MinimumOfTopAndTotal => "AP over min(R, all relevant)",
            _ => "AP over all relevant",
        };
        string noRelevant = NoRelevant == NoRelevant.Drop ? "queries without relevant items dropped" : "queries without relevant items count 0";
        string ties = Ties == TieHandling.Listed ? "ties as listed" : "ties in expectation";
        return $"{normaliser}; {noRelevant}; {ties}";
    }
}
