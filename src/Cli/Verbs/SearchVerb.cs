using System.CommandLine;
using System.Diagnostics;
using JaccardKernels.Cli.Report;
using JaccardKernels.Cli.Training;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk search</c>.</summary>
internal sealed class SearchVerb : Verb
{
    // What a person reads; --json and --out give all. A sheet has as many rows and columns.
    private const int QueriesShown = 10;

    private readonly Option<string[]> _index;
    private readonly Option<string[]?> _images;
    private readonly Option<string?> _run, _codes, _embeddings, _labels, _out, _distances, _sheet, _data, _only, _except;
    private readonly Option<int> _k, _rerank, _probes;
    private readonly DeviceOptions _device;

    public SearchVerb()
        : base(
            "search",
            "Finds the codes of an index nearest to each query. " +
            "Queries are pictures, embedded by the model that made the index's codes, or codes, or embeddings for indexes of tables. The distance is the index's: " +
            "Hamming, Jaccard on sets of bits, or squared Euclidean from the query to what codes stand for (with --rerank, to the embeddings). " +
            "The search is exact, but for lists that --probes leaves out; what is found is in order of (distance, id). J, the multiset Jaccard of labels, is told where both sides' labels are known. The table shows the first " +
            "queries, --json and --out give all.",
            "jk search --index photos.jkx --run weights/scenes.safetensors --image new.jpg",
            "jk search --index photos.jkx --run runs/scenes --image a.jpg b.jpg --data photos/ --sheet found.png",
            "jk search --index photos.jkx --codes query.npy -k 10 --out ids.npy",
            "jk search --index scenes.jkx --embeddings query.npy --rerank 200 --probes 16",
            "jk search --index shard0.jkx shard1.jkx --codes query.npy --except seen.npy")
    {
        _index = Required<string[]>("--index", "I.jkx", "The index, as 'jk index build' writes it; several are searched as if they were one.");
        _index.AllowMultipleArgumentsPerToken = true;
        _images = Optional<string[]>("--image", "F", "A picture to search for; may be given several times or followed by several files.");
        _images.AllowMultipleArgumentsPerToken = true;
        _run = Optional<string>("--run", "RUN", "The run folder or model file that made the index's codes; needed with --image.");
        _codes = Optional<string>("--codes", "Q.npy", "Codes to search for, uint8 [Q,bits/8] of the index's bits.");
        _embeddings = Optional<string>("--embeddings", "Q.npy", "Embeddings to search for in an index of tables, float32 [Q,D].");
        _rerank = Default("--rerank", "N", 0, "Of an index of tables with embeddings: the nearest by their codes, of which exact distances decide; 0 means that codes decide.");
        _probes = Default("--probes", "N", 0, "Lists of an ivf index to search, the nearest; 0 means all.");
        _labels = Optional<string>("--labels", "L.npy", "The queries' counts per class, integers [Q,C], to tell the J of what is found.");
        _only = Optional<string>("--only", "F.npy", "The ids that may be found, integers [N].");
        _except = Optional<string>("--except", "F.npy", "Ids that may not be found, integers [N].");
        _k = new Option<int>("-k", "--top") { HelpName = "K", Description = "Neighbours wanted.", DefaultValueFactory = _ => 10 };
        Options.Add(_k);
        _out = Optional<string>("--out", "I.npy", "Where to write the ids found, int64 [Q,K], -1 beyond the index's size.");
        _distances = Optional<string>("--distances", "D.npy", "Where to write their distances, int32 [Q,K], -1 beyond the index's size (other than Hamming: float32, infinite).");
        _sheet = Optional<string>("--sheet", "S.png", "Where to write a sheet of pictures: each query and what was found, ten of each at most.");
        _data = Optional<string>("--data", "SPEC|FOLDER", "Where the pictures of the index are; needed with --sheet.");
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        int k = Guard.Positive(context.Get(_k), "-k");
        RequireSoundCombination(context);
        using IBackend backend = _device.Open(context);
        using var index = new SearchedIndexes(context.Get(_index), _device.Threads(context));
        index.Tune(context.IsGiven(_probes) ? context.Get(_probes) : null, context.IsGiven(_rerank) ? context.Get(_rerank) : null);
        using SearchQueries queries = ReadQueries(context, backend, index);
        long start = Stopwatch.GetTimestamp();
        SearchHits hits = index.Find(backend, queries, k, Filter(context), context.Cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int listed = context.IsJson ? hits.Queries : Math.Min(hits.Queries, QueriesShown);
        QueryNeighbours[] results = [.. Enumerable.Range(0, listed).Select(query => QueryNeighbours.Of(index, queries, hits, query))];
        string? sheet = context.Get(_sheet);
        if (sheet is not null) WriteSheet(sheet, context, index.Path, queries, results);
        if (context.Get(_out) is { } ids) NpyFile.Write<long>(ids, hits.Ids, hits.Queries, k);
        if (context.Get(_distances) is { } distances) hits.WriteDistances(distances);
        var report = new SearchReport(index.Path, index.Bits, index.Count, backend.Info.Kind, queries.EmbedSeconds, seconds, sheet, results);
        context.Report(report, JkJson.Default.SearchReport, console => report.Write(console, hits.Queries));
    }

    private void RequireSoundCombination(VerbContext context)
    {
        int kinds = new Option[] { _images, _codes, _embeddings }.Count(context.IsGiven);
        if (kinds != 1)
            throw new ArgumentException(
                $"{(kinds > 1 ? "--image, --codes and --embeddings exclude each other" : "there is nothing to search for")}: " +
                "--image names pictures, --codes names codes, --embeddings embeddings.");
        Require(_images, _run, "the model that made the index's codes");
        Require(_run, _images, "the pictures to embed");
        Require(_sheet, _images, "the pictures to show");
        Require(_sheet, _data, "where the pictures of the index are");
        Require(_data, _sheet, "where the pictures go");

        void Require(Option given, Option needed, string what)
        {
            if (context.IsGiven(given) && !context.IsGiven(needed)) throw new ArgumentException($"{given.Name} needs {needed.Name}: {what}.");
        }
    }

    private IdFilter? Filter(VerbContext context)
    {
        if (context.IsGiven(_only) && context.IsGiven(_except)) throw new ArgumentException("--only and --except exclude each other.");
        return (context.Get(_only), context.Get(_except)) switch
        {
            ({ } only, _) => IdBitmap.Of(NpyFile.Read(only).ToInt64()),
            (_, { } except) => IdBitmap.Of(NpyFile.Read(except).ToInt64()).Not(),
            _ => null,
        };
    }

    private SearchQueries ReadQueries(VerbContext context, IBackend backend, SearchedIndexes index)
    {
        LabelMatrix? labels = context.Get(_labels) is { } file ? LabelMatrix.From(NpyFile.Read(file)) : null;
        if (labels is not null && index.Classes != labels.Classes)
            throw new ArgumentException($"--labels has {labels.Classes} classes; {index.Path} has {(index.Classes == 0 ? "no labels" : $"{index.Classes}")}.");
        SearchQueries queries = (context.Get(_codes), context.Get(_embeddings)) switch
        {
            ({ } codes, _) when index.Dimensions is null => new SearchQueries(PackedCodes.ReadNpy(codes, index.Bits)),
            (_, { } embeddings) when index.Dimensions is not null => new SearchQueries(null, EmbeddingMatrix.From(NpyFile.Read(embeddings))),
            (null, null) => SearchQueries.Embed(context, backend, context.Get(_images)!, context.Get(_run)!, index),
            _ => throw new ArgumentException($"{index.Path}: is searched by {(index.Dimensions is null ? "codes, not --embeddings" : "embeddings, not --codes")}."),
        };
        if (index.Dimensions is { } dimensions && queries.Embeddings!.Dimensions != dimensions)
        {
            queries.Dispose();
            throw new ArgumentException($"the queries have {queries.Embeddings.Dimensions} dimensions; {index.Path} takes {dimensions}.");
        }
        if (labels is null || labels.Count == queries.Count) return queries with { Labels = labels };
        queries.Dispose();
        throw new ArgumentException($"--labels has {labels.Count} rows; there are {queries.Count} queries.");
    }

    private void WriteSheet(string sheet, VerbContext context, string path, SearchQueries queries, IReadOnlyList<QueryNeighbours> results)
    {
        (int Query, Neighbour[] Found)[] shown = [.. results.Take(QueriesShown).Select(r => (r.Query, r.Neighbours.Take(QueriesShown).ToArray()))];
        HashSet<string> names = [.. shown.SelectMany(row => row.Found).Select(NameOf)];
        using Dataset data = queries.Model!.Open(context.Get(_data)!, context);
        IReadOnlyDictionary<string, RgbImage> pictures = IndexedPictures.Find(data, names);
        RgbImage image = ReportSheet.Draw(new ReportDocument
        {
            Title = $"Nearest in {Path.GetFileName(path)}",
            Pictures = [.. shown.Select(row => new ReportPictureRow(Query(row.Query), [.. row.Found.Select(Result)]))],
        });
        AtomicFile.WriteAllBytes(sheet, ImageCodec.Default.EncodePng(image));

        string NameOf(Neighbour n) => n.Name ?? throw new ArgumentException($"{path}: has no names to find pictures by.");

        ReportPicture Query(int query) => new(
            queries.Pictures!.Display(query), queries.Pictures.Id(query), Path.GetFileName(queries.Pictures.Id(query)));

        ReportPicture Result(Neighbour n) =>
            new(pictures[n.Name!], n.Name!, n.Labels ?? n.Name!, n.Similarity, n.Distance, n.Similarity is { } j ? j > 0.5 : null);
    }
}
