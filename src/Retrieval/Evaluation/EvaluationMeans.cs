namespace JaccardKernels.Retrieval;

/// <summary>Sums scores over queries, in their order, and turns the sums into a report.</summary>
internal sealed class EvaluationMeans(EvaluationOptions options, MeasurePlan plan)
{
    private readonly QueryScore[] _scores = new QueryScore[plan.Columns.Count];
    private readonly QueryScore[] _chance = new QueryScore[plan.Columns.Count];
    private readonly long[] _relevant = new long[options.Relevances.Count];
    private readonly int[] _without = new int[options.Relevances.Count];

    public void Add(ReadOnlySpan<QueryScore> scores, ReadOnlySpan<QueryScore> chance, ReadOnlySpan<int> relevant)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            _scores[i] = new QueryScore(_scores[i].Value + scores[i].Value, _scores[i].Weight + scores[i].Weight);
            _chance[i] = new QueryScore(_chance[i].Value + chance[i].Value, _chance[i].Weight + chance[i].Weight);
        }
        for (int i = 0; i < relevant.Length; i++)
        {
            _relevant[i] += relevant[i];
            if (relevant[i] == 0) _without[i]++;
        }
    }

    public EvaluationReport ToReport(string distance, int queries, int ranked)
    {
        var measures = new List<MeasureResult>();
        var curves = new List<MeasureCurve>();
        for (int i = 0; i < plan.Columns.Count;)
        {
            MeasureColumn column = plan.Columns[i];
            (string name, string? relevance, string? grade) = plan.Describe(column);
            string conventions = column.Conventions.ToString();
            if (column.Curve < 0)
            {
                measures.Add(new MeasureResult(name, relevance, grade, conventions, Mean(_scores[i]), Mean(_chance[i]), _scores[i].Weight));
                i++;
                continue;
            }
            int points = plan.CurveRanks.Length, start = i;
            curves.Add(new MeasureCurve(
                name, relevance, grade, conventions, plan.CurveRanks,
                Array.ConvertAll(_scores[start..(start + points)], Mean), Array.ConvertAll(_chance[start..(start + points)], Mean)));
            i += points;
        }
        RelevanceStatistics[] statistics =
        [
            .. options.Relevances.Select((relevance, i) =>
                new RelevanceStatistics(relevance.ToString(), (double)_relevant[i] / queries / ranked, _without[i])),
        ];
        return new EvaluationReport(
            distance, queries, ranked, plan.Top, options.LeaveOneOut, options.EmptySimilarity, options.Selection, statistics, measures, curves);
    }

    /// <summary>A mean over no query at all is 0.</summary>
    private static double Mean(QueryScore sums) => sums.Weight == 0 ? 0 : sums.Value / sums.Weight;
}
