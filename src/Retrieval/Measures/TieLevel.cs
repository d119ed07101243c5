namespace JaccardKernels.Retrieval;

/// <summary>
/// Items of a ranking that stand at the same distance, in sums. A ranking is a list of levels, nearest first; ties in listed order are levels
/// of one item each. The last level may reach beyond the cut of the ranking: it states all its items, so that the expectation over
/// their orders is that of the part before the cut.
/// </summary>
/// <param name="Items">Items, n.</param>
/// <param name="Relevant">Relevant ones among them, r.</param>
/// <param name="Grade">The sum of their grades.</param>
/// <param name="RelevantGrade">The sum of the relevant ones' grades.</param>
public readonly record struct TieLevel(int Items, int Relevant, double Grade, double RelevantGrade)
{
    /// <summary>A level for average precision, where a grade is 1 for a relevant item and 0 for another.</summary>
    public static TieLevel Of(int items, int relevant) => new(items, relevant, relevant, relevant);
}
