using JaccardKernels.Cli.Report;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Training;

/// <summary>Queries and their nearest images by Hamming distance, as pictures with what is known of them.</summary>
internal static class ResultPictures
{
    private const int Queries = 8, Results = 8;

    /// <summary>The rows of a report; empty where the sets cannot show their images.</summary>
    public static IReadOnlyList<ReportPictureRow> Create(IBackend backend, Dataset data, EmbeddedSplits splits)
    {
        if (data.Query is not IDisplayImages queries || data.Database is not IDisplayImages database) return [];
        (PackedCodes queryCodes, PackedCodes databaseCodes) = splits.Codes(backend);
        using var searcher = new HammingSearcher(backend, databaseCodes, Results);
        SearchResult<int> found = searcher.Search(queryCodes);
        // Spread over the queries, not the first ones: neighbours in a list are often alike.
        int shown = Math.Min(Queries, data.Query.Count);
        return [.. Enumerable.Range(0, shown).Select(i => Row((int)((long)i * data.Query.Count / shown)))];

        ReportPictureRow Row(int query)
        {
            ReadOnlySpan<int> rows = found.RowsOf(query), distances = found.DistancesOf(query);
            var results = new List<ReportPicture>();
            for (int i = 0; i < rows.Length && rows[i] >= 0; i++)
            {
                double similarity = PairSimilarity.MultisetJaccard(splits.QueryLabels.Row(query), splits.DatabaseLabels.Row(rows[i]));
                results.Add(new ReportPicture(
                    database.Display(rows[i]), data.Database.Id(rows[i]), Words(data.Database, rows[i]), similarity, distances[i], similarity > 0.5));
            }
            return new ReportPictureRow(new ReportPicture(queries.Display(query), data.Query.Id(query), Words(data.Query, query)), results);
        }

        static string Words(IImageSet set, int index) => LabelText.Describe(set.Labels(index), set.ClassNames);
    }
}
