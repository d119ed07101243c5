using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using JaccardKernels.Engine;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;
using Spectre.Console;

namespace JaccardKernels.Cli.Verbs;

/// <summary>An item found.</summary>
/// <param name="Row">Its row in the index.</param>
/// <param name="Name">Its name, if the index has names.</param>
/// <param name="Distance">Hamming distance.</param>
internal sealed record Neighbour(int Row, string? Name, int Distance);

/// <summary>What was found for one query.</summary>
/// <param name="Query">Its row.</param>
/// <param name="Neighbours">The nearest, in order of (distance, row).</param>
internal sealed record QueryNeighbours(int Query, IReadOnlyList<Neighbour> Neighbours);

/// <summary>What <c>jk search</c> reports.</summary>
/// <param name="Index">The index file.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Count">Codes in the index.</param>
/// <param name="Device">Where it was searched.</param>
/// <param name="Seconds">How long the search took, the upload included.</param>
/// <param name="Results">For every query.</param>
internal sealed record SearchReport(string Index, int Bits, int Count, string Device, double Seconds, IReadOnlyList<QueryNeighbours> Results);

/// <summary><c>jk search</c>.</summary>
internal sealed class SearchVerb : Verb
{
    // What a person reads; --json and --out give all.
    private const int QueriesShown = 10;

    private readonly Option<string> _index;
    private readonly Option<string?> _codes, _out, _distances;
    private readonly Option<int> _k;
    private readonly DeviceOptions _device;

    public SearchVerb()
        : base(
            "search",
            "Finds the codes of an index nearest to each query by Hamming distance. " +
            "The search is exact; what is found is in order of (distance, row). The table shows the first queries, --json and --out give all.",
            "jk search --index photos.jkx --codes query.npy -k 10 --out rows.npy")
    {
        _index = Required<string>("--index", "I.jkx", "The index, as 'jk index build' writes it.");
        _codes = Optional<string>("--codes", "Q.npy", "The queries, codes uint8 [Q,bits/8] of the index's bits.");
        _k = new Option<int>("-k", "--top") { HelpName = "K", Description = "Neighbours wanted.", DefaultValueFactory = _ => 10 };
        Options.Add(_k);
        _out = Optional<string>("--out", "R.npy", "Where to write the rows found, int32 [Q,K], -1 beyond the index's size.");
        _distances = Optional<string>("--distances", "D.npy", "Where to write their distances, int32 [Q,K], -1 beyond the index's size.");
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        int k = Guard.Positive(context.Get(_k), "-k");
        string path = context.Get(_index);
        HammingIndex index = HammingIndex.Read(path);
        PackedCodes queries = ReadQueries(context, index);
        using IBackend backend = _device.Open(context);
        long start = Stopwatch.GetTimestamp();
        using var searcher = new HammingSearcher(backend, index.Codes, k);
        SearchResult<int> result = searcher.Search(queries);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (context.Get(_out) is { } rows) NpyFile.Write<int>(rows, result.Rows, result.Queries, k);
        if (context.Get(_distances) is { } distances) NpyFile.Write<int>(distances, result.Distances, result.Queries, k);
        int listed = context.IsJson ? result.Queries : Math.Min(result.Queries, QueriesShown);
        var report = new SearchReport(
            path, index.Codes.Bits, index.Codes.Count, backend.Info.Kind, seconds, [.. Enumerable.Range(0, listed).Select(q => Describe(index, result, q))]);
        context.Report(report, JkJson.Default.SearchReport, console => Write(console, report, index, result.Queries));
    }

    private PackedCodes ReadQueries(VerbContext context, HammingIndex index)
    {
        string path = context.Get(_codes) ?? throw new ArgumentException("there is nothing to search for; --codes names the queries.");
        return PackedCodes.ReadNpy(path, index.Codes.Bits);
    }

    private static QueryNeighbours Describe(HammingIndex index, SearchResult<int> result, int query)
    {
        var neighbours = new List<Neighbour>();
        ReadOnlySpan<int> rows = result.RowsOf(query), distances = result.DistancesOf(query);
        for (int i = 0; i < rows.Length && rows[i] >= 0; i++) neighbours.Add(new Neighbour(rows[i], index.Names?[rows[i]], distances[i]));
        return new QueryNeighbours(query, neighbours);
    }

    private static void Write(IAnsiConsole console, SearchReport report, HammingIndex index, int queries)
    {
        console.WriteFacts((
            "searched",
            $"{Units.Count(queries)} queries x {Units.Count(report.Count)} codes of {report.Bits} bits in {Units.Seconds(report.Seconds)} on {report.Device}"));
        Table table = Tables.Create(">query", ">rank", ">distance", ">row", "name");
        foreach (QueryNeighbours result in report.Results)
        {
            foreach ((int rank, Neighbour found) in result.Neighbours.Index())
                table.Row($"{result.Query}", $"{rank + 1}", $"{found.Distance}", $"{found.Row}", index.Names is null ? "" : index.NameOf(found.Row));
        }
        console.Write(table);
        if (queries > report.Results.Count)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"... and {queries - report.Results.Count} queries more: --out or --json gives all."));
    }
}
