namespace JaccardKernels.Retrieval;

/// <summary>One query's ranking and database seen through one relevance.</summary>
internal sealed class RelevanceView(Relevance relevance, int database, int top)
{
    public Relevance Relevance { get; } = relevance;

    /// <summary>1 for each relevant item of the ranking, 0 for the others.</summary>
    public double[] Items { get; } = new double[database];

    /// <summary>Relevant items of the whole database.</summary>
    public int Total { get; private set; }

    /// <summary>By order of ties: the (expected) relevant items up to each rank.</summary>
    public double[][] SumAt { get; } = [new double[top], new double[top], new double[top]];

    public void Load(ReadOnlySpan<float> similarities, ReadOnlySpan<int> ranking, int excluded)
    {
        float threshold = Relevance.Threshold;
        for (int i = 0; i < ranking.Length; i++) Items[i] = similarities[ranking[i]] > threshold ? 1 : 0;
        int total = 0;
        foreach (float similarity in similarities) total += similarity > threshold ? 1 : 0;
        Total = excluded >= 0 && similarities[excluded] > threshold ? total - 1 : total;
    }
}

/// <summary>One query's ranking and database seen through one grading.</summary>
internal sealed class GradingView(Grading grading, int database, int top, int relevances)
{
    public Grading Grading { get; } = grading;

    /// <summary>The grade of each item of the ranking.</summary>
    public double[] Grades { get; } = new double[database];

    /// <summary>The gain of each item of the ranking.</summary>
    public double[] Gains { get; } = new double[database];

    /// <summary>The sum of grades over the whole database.</summary>
    public double TotalGrade { get; private set; }

    /// <summary>The sum of gains over the whole database.</summary>
    public double TotalGain { get; private set; }

    /// <summary>By relevance: the sum of the relevant items' grades over the whole database.</summary>
    public double[] RelevantGrade { get; } = new double[relevances];

    /// <summary>The discounted gain of the best ranking there is, up to each rank.</summary>
    public double[] IdealDcg { get; } = new double[top];

    /// <summary>By order of ties: the (expected) sum of grades up to each rank.</summary>
    public double[][] GradeAt { get; } = [new double[top], new double[top], new double[top]];

    /// <summary>By order of ties: the (expected) discounted sum of gains up to each rank.</summary>
    public double[][] DcgAt { get; } = [new double[top], new double[top], new double[top]];

    public void Load(ReadOnlySpan<float> grades, ReadOnlySpan<int> ranking, int excluded)
    {
        for (int i = 0; i < ranking.Length; i++)
        {
            Grades[i] = grades[ranking[i]];
            Gains[i] = Grading.Gain(Grades[i]);
        }
        double grade = 0, gain = 0;
        for (int row = 0; row < grades.Length; row++)
        {
            // Most pairs share nothing; both sums skip them.
            if (grades[row] == 0 || row == excluded) continue;
            grade += grades[row];
            gain += Grading.Gain(grades[row]);
        }
        (TotalGrade, TotalGain) = (grade, gain);
    }

    public void LoadRelevant(int relevance, ReadOnlySpan<float> grades, ReadOnlySpan<float> similarities, float threshold, int excluded)
    {
        double sum = 0;
        for (int row = 0; row < grades.Length; row++)
        {
            if (similarities[row] > threshold && row != excluded) sum += grades[row];
        }
        RelevantGrade[relevance] = sum;
    }

    /// <param name="grades">Of the whole database.</param>
    /// <param name="best">Keys of its rows with the largest grades, in order; gains rise with grades.</param>
    /// <param name="discounts">By rank.</param>
    public void LoadIdeal(ReadOnlySpan<float> grades, ReadOnlySpan<ulong> best, ReadOnlySpan<double> discounts)
    {
        double sum = 0;
        for (int rank = 0; rank < IdealDcg.Length; rank++)
            IdealDcg[rank] = sum += Grading.Gain(grades[SmallestKeys.Row(best[rank])]) * discounts[rank];
    }
}
