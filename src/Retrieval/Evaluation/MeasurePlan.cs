namespace JaccardKernels.Retrieval;

/// <summary>The measures there are.</summary>
internal enum MeasureKind
{
    AveragePrecision,
    WeightedAveragePrecision,
    Precision,
    Recall,
    AverageCumulativeGain,
    Ndcg,
}

/// <summary>One number to be computed for each query.</summary>
/// <param name="Kind">The measure.</param>
/// <param name="Conventions">By which conventions.</param>
/// <param name="Relevance">Index of the relevance, or -1.</param>
/// <param name="Grading">Index of the grading, or -1.</param>
/// <param name="Rank">The k of measures at k; R for the others.</param>
/// <param name="Curve">Index of the curve it is a point of, or -1 for a measure of its own.</param>
internal readonly record struct MeasureColumn(MeasureKind Kind, MeasureConventions Conventions, int Relevance, int Grading, int Rank, int Curve);

/// <summary>All columns of an evaluation, from its options and the size of the ranking.</summary>
internal sealed class MeasurePlan
{
    private readonly EvaluationOptions _options;
    private readonly List<MeasureColumn> _columns = [];
    private int _curves;

    /// <param name="options">Checked.</param>
    /// <param name="top">The cut, at most the items ranked.</param>
    public MeasurePlan(EvaluationOptions options, int top)
    {
        (_options, Top, CurveRanks) = (options, top, LogarithmicRanks(top));
        int[] cutoffs = [.. options.Cutoffs.Where(k => k <= top).Distinct().Order()];
        foreach (MeasureConventions conventions in options.Conventions)
        {
            for (int relevance = 0; relevance < options.Relevances.Count; relevance++)
            {
                Add(MeasureKind.AveragePrecision, conventions, relevance, -1, top);
                foreach (int k in cutoffs) Add(MeasureKind.Precision, conventions, relevance, -1, k);
                foreach (int k in cutoffs) Add(MeasureKind.Recall, conventions, relevance, -1, k);
                for (int grading = 0; grading < options.Gradings.Count; grading++)
                {
                    // Two gradings of one grade have the same WAP and ACG, and differ in NDCG only.
                    if (IsNewGrade(grading)) Add(MeasureKind.WeightedAveragePrecision, conventions, relevance, grading, top);
                }
                AddCurve(MeasureKind.Precision, conventions, relevance, -1);
            }
            for (int grading = 0; grading < options.Gradings.Count; grading++)
            {
                if (IsNewGrade(grading))
                {
                    foreach (int k in cutoffs) Add(MeasureKind.AverageCumulativeGain, conventions, -1, grading, k);
                }
                foreach (int k in cutoffs) Add(MeasureKind.Ndcg, conventions, -1, grading, k);
                AddCurve(MeasureKind.Ndcg, conventions, -1, grading);
            }
        }
    }

    public int Top { get; }

    public IReadOnlyList<MeasureColumn> Columns => _columns;

    public int[] CurveRanks { get; }

    /// <summary>Names a column and the relevance and grade it rests on.</summary>
    public (string Name, string? Relevance, string? Grade) Describe(MeasureColumn column)
    {
        Relevance? relevance = column.Relevance < 0 ? null : _options.Relevances[column.Relevance];
        Grading? grading = column.Grading < 0 ? null : _options.Gradings[column.Grading];
        string at = column.Curve < 0 ? $"@{column.Rank}" : "";
        string name = column.Kind switch
        {
            MeasureKind.AveragePrecision => $"mAP{relevance?.Suffix}",
            MeasureKind.WeightedAveragePrecision => $"WAP{relevance?.Suffix}",
            MeasureKind.Precision => $"precision{at}",
            MeasureKind.Recall => $"recall{at}",
            MeasureKind.AverageCumulativeGain => $"ACG{at}",
            _ => $"NDCG{at}",
        };
        return (name, relevance?.ToString(), column.Kind == MeasureKind.Ndcg ? grading?.GainText() : grading?.GradeText());
    }

    private bool IsNewGrade(int grading) =>
        !_options.Gradings.Take(grading).Any(earlier => earlier.Kind() == _options.Gradings[grading].Kind());

    private void Add(MeasureKind kind, MeasureConventions conventions, int relevance, int grading, int rank) =>
        _columns.Add(new MeasureColumn(kind, conventions, relevance, grading, rank, -1));

    private void AddCurve(MeasureKind kind, MeasureConventions conventions, int relevance, int grading)
    {
        foreach (int rank in CurveRanks) _columns.Add(new MeasureColumn(kind, conventions, relevance, grading, rank, _curves));
        _curves++;
    }

    /// <summary>1, 2, 5, 10, 20, 50 ... up to the cut, and the cut.</summary>
    private static int[] LogarithmicRanks(int top)
    {
        var ranks = new List<int>();
        for (long decade = 1; decade < top; decade *= 10)
        {
            foreach (int step in (ReadOnlySpan<int>)[1, 2, 5])
            {
                if (decade * step < top) ranks.Add((int)(decade * step));
            }
        }
        ranks.Add(top);
        return [.. ranks];
    }
}
