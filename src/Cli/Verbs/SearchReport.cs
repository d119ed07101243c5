using JaccardKernels.Cli.Training;
using JaccardKernels.Data;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>An item found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, if the index has names.</param>
/// <param name="Distance">Its distance, in the index's measure.</param>
/// <param name="Labels">Its objects in words, if the index has labels and a model names the classes.</param>
/// <param name="Similarity">Multiset Jaccard of its labels and the query's; null where either is unknown.</param>
internal sealed record Neighbour(long Id, string? Name, double Distance, string? Labels, double? Similarity);

/// <summary>What was found for one query.</summary>
/// <param name="Query">Its row.</param>
/// <param name="Name">Its file; null for codes.</param>
/// <param name="Neighbours">The nearest, in order of (distance, id).</param>
internal sealed record QueryNeighbours(int Query, string? Name, IReadOnlyList<Neighbour> Neighbours)
{
    /// <summary>Describes what was found for a query.</summary>
    public static QueryNeighbours Of(SearchedIndexes index, SearchQueries queries, SearchHits hits, int query)
    {
        var neighbours = new List<Neighbour>();
        bool named = index.Classes > 0 && queries.Model?.ClassNames.Count == index.Classes;
        int[] counts = new int[index.Classes];
        for (int place = query * hits.K; place < (query + 1) * hits.K && hits.Ids[place] >= 0; place++)
        {
            long id = hits.Ids[place];
            if (index.Classes > 0) _ = index.TryGetLabels(id, counts);
            string? words = named ? LabelText.Describe(counts, queries.Model!.ClassNames) : null;
            double? similarity = queries.Labels is { } labels ? PairSimilarity.MultisetJaccard(labels.Row(query), counts) : null;
            neighbours.Add(new Neighbour(id, index.NameOf(id), hits.Distances[place], words, similarity));
        }
        return new QueryNeighbours(query, queries.Pictures?.Id(query), neighbours);
    }
}

/// <summary>What <c>jk search</c> reports.</summary>
/// <param name="Index">The index file.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Count">Codes in the index.</param>
/// <param name="Device">Where it was searched.</param>
/// <param name="EmbedSeconds">How long it took to decode and embed the pictures; null for codes.</param>
/// <param name="Seconds">How long the search took, the upload included.</param>
/// <param name="Sheet">The picture sheet written, if any.</param>
/// <param name="Results">For every query.</param>
internal sealed record SearchReport(
    string Index, int Bits, long Count, string Device, double? EmbedSeconds, double Seconds, string? Sheet, IReadOnlyList<QueryNeighbours> Results)
{
    /// <summary>Writes it for people.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="queries">Queries in all; <see cref="Results"/> may have the first only.</param>
    public void Write(IAnsiConsole console, int queries)
    {
        if (EmbedSeconds is { } embedding) console.WriteFacts(("embedded", $"{Units.Count(queries)} pictures in {Units.Seconds(embedding)} on {Device}"));
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
        Table table = Tables.Create(["query", ">rank", ">distance", ">id", .. shown.Select(column => column.Column)]);
        foreach (QueryNeighbours result in Results)
        {
            foreach ((int rank, Neighbour found) in result.Neighbours.Index())
            {
                string[] known = [result.Name ?? $"{result.Query}", $"{rank + 1}", $"{found.Distance:0.####}", $"{found.Id}"];
                table.Row([.. known, .. shown.Select(column => column.Text(found))]);
            }
        }
        console.Write(table);
        if (queries > Results.Count) console.WriteLine($"... and {Units.Count(queries - Results.Count)} queries more: --out or --json gives all.");
        if (Sheet is not null) console.WriteFacts(("sheet", Sheet));
    }
}
