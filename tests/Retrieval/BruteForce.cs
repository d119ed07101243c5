using JaccardKernels.Retrieval;

namespace JaccardKernels.Tests.Retrieval;

/// <summary>The measures by their definitions, one ranking at a time, and their means over every order of tied items. For a handful of
/// items.</summary>
internal static class BruteForce
{
    /// <summary>Every order that sorts by distance: all permutations of equals, or only the listed one.</summary>
    public static List<int[]> Orders(double[] distances, bool listed)
    {
        int[][] levels = [.. Enumerable.Range(0, distances.Length).GroupBy(i => distances[i]).OrderBy(g => g.Key).Select(g => g.Order().ToArray())];
        List<int[]> orders = [[]];
        foreach (int[] level in levels)
        {
            List<int[]> inLevel = listed ? [level] : Permutations(level);
            orders = [.. orders.SelectMany(head => inLevel.Select(tail => (int[])[.. head, .. tail]))];
        }
        return orders;
    }

    /// <summary>The mean of a measure over orders, 0 where it is undefined, and the share of orders that define it.</summary>
    public static QueryScore Mean(List<int[]> orders, Func<int[], double?> measure)
    {
        double sum = 0, defined = 0;
        foreach (int[] order in orders)
        {
            if (measure(order) is not double value) continue;
            sum += value;
            defined++;
        }
        return new QueryScore(sum / orders.Count, defined / orders.Count);
    }

    public static double? AveragePrecision(int[] order, int top, bool[] relevant, double[] grades, ApNormaliser normaliser)
    {
        int[] cut = [.. order.Take(top)];
        double sum = 0;
        for (int rank = 1; rank <= cut.Length; rank++)
        {
            if (relevant[cut[rank - 1]]) sum += cut.Take(rank).Sum(i => grades[i]) / rank;
        }
        int retrieved = cut.Count(i => relevant[i]), total = order.Count(i => relevant[i]);
        int divisor = normaliser switch
        {
            ApNormaliser.Retrieved => retrieved,
            ApNormaliser.MinimumOfTopAndTotal => Math.Min(top, total),
            _ => total,
        };
        return divisor == 0 ? null : sum / divisor;
    }

    public static double Precision(int[] order, int k, bool[] relevant) => order.Take(k).Count(i => relevant[i]) / (double)k;

    public static double? Recall(int[] order, int k, bool[] relevant)
    {
        int total = order.Count(i => relevant[i]);
        return total == 0 ? null : order.Take(k).Count(i => relevant[i]) / (double)total;
    }

    public static double AverageCumulativeGain(int[] order, int k, double[] grades) => order.Take(k).Sum(i => grades[i]) / k;

    public static double? Ndcg(int[] order, int k, double[] gains)
    {
        double ideal = Dcg([.. order.OrderByDescending(i => gains[i])]);
        return ideal == 0 ? null : Dcg(order) / ideal;

        double Dcg(int[] ranking) => ranking.Take(k).Select((item, i) => gains[item] / Math.Log2(i + 2)).Sum();
    }

    private static List<int[]> Permutations(int[] items)
    {
        if (items.Length <= 1) return [items];
        return [.. items.SelectMany(first => Permutations([.. items.Where(i => i != first)]).Select(rest => (int[])[first, .. rest]))];
    }
}
