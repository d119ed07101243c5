namespace JaccardKernels.Retrieval;

/// <summary>
/// Computes all columns of a plan for one query. Chance is the same measures over a ranking of one single level that holds the whole
/// database: the expectation over all its orders. One scorer a thread; its memory is reused.
/// </summary>
internal sealed class QueryScorer
{
    private readonly MeasurePlan _plan;
    private readonly RelevanceView[] _relevances;
    private readonly GradingView[] _gradings;
    private readonly double[] _discounts;
    private readonly QueryRanking _ranking = new();
    private readonly SmallestKeys _selector = new();
    private readonly int _items;
    private readonly TieLevel[] _levels;

    /// <param name="options">Checked.</param>
    /// <param name="plan">What to compute.</param>
    /// <param name="database">Rows of the database, a query's own included.</param>
    public QueryScorer(EvaluationOptions options, MeasurePlan plan, int database)
    {
        _plan = plan;
        _items = options.LeaveOneOut ? database - 1 : database;
        _relevances = [.. options.Relevances.Select(relevance => new RelevanceView(relevance, database, plan.Top))];
        _gradings = [.. options.Gradings.Select(grading => new GradingView(grading, database, plan.Top, options.Relevances.Count))];
        _discounts = [.. Enumerable.Range(1, plan.Top).Select(CumulativeGain.Discount)];
        _levels = new TieLevel[database];
    }

    private enum Order
    {
        Listed,
        Expected,
        Chance,
    }

    /// <summary>Relevant items of the whole database, by relevance, of the query scored last.</summary>
    public int TotalRelevant(int relevance) => _relevances[relevance].Total;

    /// <summary>Scores one query of a block.</summary>
    /// <param name="source">Its distances.</param>
    /// <param name="similarities">Its similarities.</param>
    /// <param name="query">Its number in the block.</param>
    /// <param name="excluded">The row of the database to leave out, or -1.</param>
    /// <param name="scores">One element a column, overwritten.</param>
    /// <param name="chance">One element a column, overwritten.</param>
    public void Score(
        IRankingSource source, LabelSimilarityBlock similarities, int query, int excluded, Span<QueryScore> scores, Span<QueryScore> chance)
    {
        source.Rank(query, _ranking, _plan.Top, excluded);
        foreach (RelevanceView view in _relevances)
            view.Load(similarities.Row(similarities.IndexOf(view.Relevance.Kind), query), _ranking.Rows, excluded);
        foreach (GradingView view in _gradings)
        {
            ReadOnlySpan<float> row = similarities.Row(similarities.IndexOf(view.Grading.Kind()), query);
            view.Load(row, _ranking.Rows, excluded);
            view.LoadIdeal(row, _selector.Select(row, _plan.Top, largest: true, excluded), _discounts);
            for (int i = 0; i < _relevances.Length; i++)
            {
                Relevance relevance = _relevances[i].Relevance;
                view.LoadRelevant(i, row, similarities.Row(similarities.IndexOf(relevance.Kind), query), relevance.Threshold, excluded);
            }
        }
        foreach (Order order in (ReadOnlySpan<Order>)[Order.Listed, Order.Expected, Order.Chance]) Accumulate(order);
        for (int i = 0; i < _plan.Columns.Count; i++)
        {
            MeasureColumn column = _plan.Columns[i];
            scores[i] = Compute(column, column.Conventions.Ties == TieHandling.Listed ? Order.Listed : Order.Expected);
            chance[i] = Compute(column, Order.Chance);
        }
    }

    private void Accumulate(Order order)
    {
        foreach (RelevanceView view in _relevances)
            CumulativeGain.Accumulate(Levels(order, view.Items, view.Items, view.Total, view.Total, view.Total), view.SumAt[(int)order]);
        foreach (GradingView view in _gradings)
        {
            CumulativeGain.Accumulate(Levels(order, view.Grades, view.Grades, 0, view.TotalGrade, 0), view.GradeAt[(int)order]);
            CumulativeGain.AccumulateDiscounted(Levels(order, view.Gains, view.Gains, 0, view.TotalGain, 0), _discounts, view.DcgAt[(int)order]);
        }
    }

    private QueryScore Compute(in MeasureColumn column, Order order)
    {
        int rank = column.Rank - 1;
        RelevanceView? relevance = column.Relevance < 0 ? null : _relevances[column.Relevance];
        GradingView? grading = column.Grading < 0 ? null : _gradings[column.Grading];
        QueryScore score = column.Kind switch
        {
            MeasureKind.AveragePrecision => AveragePrecision.Compute(
                Levels(order, relevance!.Items, relevance.Items, relevance.Total, relevance.Total, relevance.Total),
                _plan.Top, relevance.Total, column.Conventions.Normaliser),
            MeasureKind.WeightedAveragePrecision => AveragePrecision.Compute(
                Levels(order, relevance!.Items, grading!.Grades, relevance.Total, grading.TotalGrade, grading.RelevantGrade[column.Relevance]),
                _plan.Top, relevance.Total, column.Conventions.Normaliser),
            MeasureKind.Precision => new QueryScore(relevance!.SumAt[(int)order][rank] / column.Rank, 1),
            MeasureKind.Recall => Ratio(relevance!.SumAt[(int)order][rank], relevance.Total),
            MeasureKind.AverageCumulativeGain => new QueryScore(grading!.GradeAt[(int)order][rank] / column.Rank, 1),
            _ => Ratio(grading!.DcgAt[(int)order][rank], grading.IdealDcg[rank]),
        };
        return column.Conventions.NoRelevant == NoRelevant.Zero ? score with { Weight = 1 } : score;
    }

    private static QueryScore Ratio(double value, double ideal) => ideal == 0 ? default : new QueryScore(value / ideal, 1);

    /// <summary>The ranking as levels: single items, ties, or all of the database.</summary>
    private ReadOnlySpan<TieLevel> Levels(
        Order order, double[] relevant, double[] grades, int totalRelevant, double totalGrade, double totalRelevantGrade)
    {
        if (order == Order.Chance)
        {
            _levels[0] = new TieLevel(_items, totalRelevant, totalGrade, totalRelevantGrade);
            return _levels.AsSpan(0, 1);
        }
        if (order == Order.Listed)
        {
            for (int i = 0; i < _plan.Top; i++) _levels[i] = new TieLevel(1, (int)relevant[i], grades[i], relevant[i] * grades[i]);
            return _levels.AsSpan(0, _plan.Top);
        }
        ReadOnlySpan<int> ends = _ranking.LevelEnds;
        int start = 0;
        for (int level = 0; level < ends.Length; level++)
        {
            double sum = 0, grade = 0, relevantGrade = 0;
            for (int i = start; i < ends[level]; i++)
            {
                sum += relevant[i];
                grade += grades[i];
                relevantGrade += relevant[i] * grades[i];
            }
            _levels[level] = new TieLevel(ends[level] - start, (int)sum, grade, relevantGrade);
            start = ends[level];
        }
        return _levels.AsSpan(0, ends.Length);
    }
}
