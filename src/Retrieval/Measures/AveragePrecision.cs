namespace JaccardKernels.Retrieval;

/// <summary>A query's part in a mean: the mean over queries is the sum of values over the sum of weights.</summary>
/// <param name="Value">The measure; 0 where it is undefined. In expectation: the mean over orders, 0 for orders where it is undefined.</param>
/// <param name="Weight">1 where the measure is defined, else 0. In expectation: the share of orders for which it is.</param>
public readonly record struct QueryScore(double Value, double Weight);

/// <summary>
/// Average precision of one ranking cut at R, and its weighted form (WAP): <c>1/Z sum_{i &lt;= R, i relevant} (g_1 + ... + g_i) / i</c> with
/// grades g.
/// With g = 1 for relevant items and 0 for others it is AP. Over ties it is the expectation, in closed form:
/// in a level of n items, r relevant, behind N items with the sum of grades G, position t holds a relevant item with probability r/n, whose
/// grade is a on average (a the mean grade of the relevant), and each of the t - 1 before it in the level is one of the n - 1 others, hence
/// <c>E = r/n sum_t (G + a + (t-1) ((r-1) a + (n-r) b) / (n-1)) / (N + t)</c>, b the mean grade of the others. With a = 1, b = 0 this is the
/// tie-aware AP of McSherry and Najork (2008).
/// </summary>
/// <remarks>
/// Where R falls inside a level of n items, m of them before the cut, two cases differ. Divided by min(R, total) or total, the sum stops
/// at t = m. Divided by the relevant items retrieved, the divisor itself depends on the order: X, the relevant among the m, is
/// hypergeometric, and <c>E = sum_x P(X = x) (A + f(x)) / (Rel + x)</c>, with A and Rel the sum and the relevant items of the levels before, and
/// <c>f(x) = x/m sum_t (G + a + (t-1) ((x-1) a + (m-x) b) / (m-1)) / (N + t)</c>; orders with Rel + x = 0 have no AP.
/// </remarks>
public static class AveragePrecision
{
    /// <summary>The score of one query.</summary>
    /// <param name="levels">The ranking, at least as far as the cut or the database's end.</param>
    /// <param name="top">The cut, R, at least 1.</param>
    /// <param name="totalRelevant">Relevant items of the whole database.</param>
    /// <param name="normaliser">The divisor, Z.</param>
    /// <returns>Weight 0 where nothing is relevant: among the top R for <see cref="ApNormaliser.Retrieved"/>, else in the database.</returns>
    public static QueryScore Compute(ReadOnlySpan<TieLevel> levels, int top, int totalRelevant, ApNormaliser normaliser)
    {
        int before = 0, relevant = 0;
        double grade = 0, sum = 0;
        foreach (TieLevel level in levels)
        {
            int taken = Math.Min(level.Items, top - before);
            if (taken == 0) break;
            if (taken < level.Items && normaliser == ApNormaliser.Retrieved) return Split(level, taken, before, relevant, grade, sum);
            sum += Whole(level, taken, before, grade);
            before += taken;
            relevant += level.Relevant;
            grade += level.Grade;
        }
        int divisor = normaliser switch
        {
            ApNormaliser.Retrieved => relevant,
            ApNormaliser.MinimumOfTopAndTotal => Math.Min(top, totalRelevant),
            _ => totalRelevant,
        };
        return divisor == 0 ? default : new QueryScore(sum / divisor, 1);
    }

    /// <summary>The expected sum over the first positions of a level, whatever number of relevant items they hold.</summary>
    private static double Whole(in TieLevel level, int taken, int before, double grade)
    {
        if (level.Relevant == 0) return 0;
        double own = level.RelevantGrade / level.Relevant;
        if (level.Items == 1) return (grade + own) / (before + 1);
        double other = ((level.Relevant - 1) * own + (level.Grade - level.RelevantGrade)) / (level.Items - 1);
        (double harmonic, double ramp) = Sums(before, taken);
        return (double)level.Relevant / level.Items * ((grade + own) * harmonic + other * ramp);
    }

    /// <summary>The expectation over how many of a level's relevant items come before the cut.</summary>
    private static QueryScore Split(in TieLevel level, int taken, int before, int relevantBefore, double grade, double sumBefore)
    {
        int others = level.Items - level.Relevant;
        double own = level.Relevant == 0 ? 0 : level.RelevantGrade / level.Relevant;
        double other = others == 0 ? 0 : (level.Grade - level.RelevantGrade) / others;
        (double harmonic, double ramp) = Sums(before, taken);
        int least = Math.Max(0, taken - others), most = Math.Min(level.Relevant, taken);
        // In units of the probability of the mode, outwards from it until nothing is left to add: no overflow, no underflow that matters.
        int mode = (int)Math.Clamp(((long)taken + 1) * ((long)level.Relevant + 1) / ((long)level.Items + 2), least, most);
        double weights = 0, defined = 0, values = 0;
        double weight = 1;
        for (int x = mode; x <= most && weight > Negligible; x++)
        {
            Add(x, weight);
            weight *= (double)(level.Relevant - x) * (taken - x) / ((double)(x + 1) * (others - taken + x + 1));
        }
        weight = 1;
        for (int x = mode; x > least && weight > Negligible;)
        {
            weight *= (double)x * (others - taken + x) / ((double)(level.Relevant - x + 1) * (taken - x + 1));
            Add(--x, weight);
        }
        return new QueryScore(values / weights, defined / weights);

        void Add(int x, double share)
        {
            weights += share;
            if (relevantBefore + x == 0) return;
            defined += share;
            double each = taken == 1 ? 0 : ((x - 1) * own + (taken - x) * other) / (taken - 1);
            double inLevel = x == 0 ? 0 : (double)x / taken * ((grade + own) * harmonic + each * ramp);
            values += share * (sumBefore + inLevel) / (relevantBefore + x);
        }
    }

    // Relative to the mode; a hypergeometric tail falls faster than geometrically, so all that is left out is below 1e-20.
    private const double Negligible = 1e-25;

    /// <summary>Sums over t = 1..count of 1 / (before + t) and (t - 1) / (before + t).</summary>
    private static (double Harmonic, double Ramp) Sums(int before, int count)
    {
        double harmonic = 0, ramp = 0;
        for (int t = 1; t <= count; t++)
        {
            double inverse = 1.0 / (before + t);
            harmonic += inverse;
            ramp += (t - 1) * inverse;
        }
        return (harmonic, ramp);
    }
}
