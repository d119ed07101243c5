using JaccardKernels.Cli.Training;
using JaccardKernels.Data;
using JaccardKernels.Retrieval;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>An item found.</summary>
/// <param name="Row">Its row in the index.</param>
/// <param name="Name">Its name, if the index has names.</param>
/// <param name="Distance">Hamming distance.</param>
/// <param name="Labels">Its objects in words, if the index has labels and a model names the classes.</param>
/// <param name="Similarity">Multiset Jaccard of its labels and the query's; null where either is unknown.</param>
internal sealed record Neighbour(int Row, string? Name, int Distance, string? Labels, double? Similarity);

/// <summary>What was found for one query.</summary>
/// <param name="Query">Its row.</param>
/// <param name="Name">Its file; null for codes.</param>
/// <param name="Neighbours">The nearest, in order of (distance, row).</param>
internal sealed record QueryNeighbours(int Query, string? Name, IReadOnlyList<Neighbour> Neighbours)
{
    /// <summary>Describes what was found for a query.</summary>
    public static QueryNeighbours Of(HammingIndex index, SearchQueries queries, SearchResult<int> result, int query)
    {
        var neighbours = new List<Neighbour>();
        ReadOnlySpan<int> rows = result.RowsOf(query), distances = result.DistancesOf(query);
        bool named = index.Labels is not null && queries.Model?.ClassNames.Count == index.Labels.Classes;
        for (int i = 0; i < rows.Length && rows[i] >= 0; i++)
        {
            int row = rows[i];
            string? words = named ? LabelText.Describe(index.Labels!.Row(row), queries.Model!.ClassNames) : null;
            double? similarity = queries.Labels is { } labels ? PairSimilarity.MultisetJaccard(labels.Row(query), index.Labels!.Row(row)) : null;
            neighbours.Add(new Neighbour(row, index.Names?[row], distances[i], words, similarity));
        }
        return new QueryNeighbours(query, queries.Pictures?.Id(query), neighbours);
    }
}

/// <summary>What <c>jk search</c> reports.</summary>
/// <param name="Index">The index file.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Count">Codes in the index.</param>
/// <param name="Device">Where it was searched.</param>
/// <param name="Seconds">How long the search took, the upload included.</param>
/// <param name="Sheet">The picture sheet written, if any.</param>
/// <param name="Results">For every query.</param>
internal sealed record SearchReport(
    string Index, int Bits, int Count, string Device, double Seconds, string? Sheet, IReadOnlyList<QueryNeighbours> Results)
{
    /// <summary>Writes it for people.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="queries">Queries in all; <see cref="Results"/> may have the first only.</param>
    public void Write(IAnsiConsole console, int queries)
    {
        console.WriteFacts((
            "searched", $"{Units.Count(queries)} queries x {Units.Count(Count)} codes of {Bits} bits in {Units.Seconds(Seconds)} on {Device}"));
        Neighbour[] all = [.. Results.SelectMany(result => result.Neighbours)];
        (string Column, bool IsKnown, Func<Neighbour, string> Text)[] optional =
        [
            (">J", all.Any(n => n.Similarity is not null), n => n.Similarity is { } similarity ? $"{similarity:0.00}" : ""),
            ("name", all.Any(n => n.Name is not null), n => n.Name ?? ""),
            ("labels", all.Any(n => n.Labels is not null), n => n.Labels ?? ""),
        ];
        (string Column, bool IsKnown, Func<Neighbour, string> Text)[] shown = [.. optional.Where(column => column.IsKnown)];
        Table table = Tables.Create(["query", ">rank", ">distance", ">row", .. shown.Select(column => column.Column)]);
        foreach (QueryNeighbours result in Results)
        {
            foreach ((int rank, Neighbour found) in result.Neighbours.Index())
            {
                string[] known = [result.Name ?? $"{result.Query}", $"{rank + 1}", $"{found.Distance}", $"{found.Row}"];
                table.Row([.. known, .. shown.Select(column => column.Text(found))]);
            }
        }
        console.Write(table);
        if (queries > Results.Count) console.WriteLine($"... and {Units.Count(queries - Results.Count)} queries more: --out or --json gives all.");
        if (Sheet is not null) console.WriteFacts(("sheet", Sheet));
    }
}
