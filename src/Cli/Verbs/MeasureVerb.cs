using System.CommandLine;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk measure</c>.</summary>
internal sealed class MeasureVerb : Verb
{
    private readonly Option<string> _query, _queryLabels;
    private readonly Option<string?> _database, _databaseLabels, _distance, _normaliser, _noRelevant, _ties;
    private readonly Option<string[]> _relevance;
    private readonly Option<int[]> _cutoffs;
    private readonly Option<int> _top, _bits;
    private readonly Option<float> _empty;
    private readonly Option<string> _selection;
    private readonly Option<bool> _leaveOneOut;
    private readonly DeviceOptions _device;

    public MeasureVerb()
        : base(
            "measure",
            "Measures how well codes or embeddings order a database for each query: mAP, WAP, precision, recall, ACG, NDCG. " +
            "Published numbers differ by convention, so each number stands beside its own; unless one of --normaliser, --no-relevant and --ties " +
            "is given, all is measured by two sets: the field's (retrieved, drop, listed) and the strict one (min, zero, expected). " +
            "Given one, the others take the field's.",
            "jk measure --query q.npy --database d.npy --query-labels ql.npy --database-labels dl.npy --top 5000",
            "jk measure --query q.npy --query-labels ql.npy --leave-one-out --distance inner --relevance jaccard:0.3")
    {
        _query = Required<string>("--query", "Q.npy", "Codes uint8 [Q,bits/8] or embeddings float32 [Q,D].");
        _database = Optional<string>("--database", "D.npy", "The same of the database.");
        _queryLabels = Required<string>("--query-labels", "QL.npy", "Counts per class, integers [Q,C].");
        _databaseLabels = Optional<string>("--database-labels", "DL.npy", "The same of the database.");
        _leaveOneOut = Switch("--leave-one-out", "The database is the queries, each left out of its own ranking; --database is not given.");
        _top = Default("--top", "R", 5000, "The cut of the ranking; a smaller database is ranked whole.");
        _distance = Optional<string>("--distance", "hamming|l2|inner", "hamming for codes (the default there), or for the signs of embeddings; l2 (the default) or inner for embeddings.");
        _bits = Default("--bits", "N", 0, "Bits of a code; 0 means 8 for each column.");
        _relevance = new Option<string[]>("--relevance")
        {
            HelpName = "shared|jaccard:T",
            Description = "What is relevant: a shared label, or a multiset Jaccard above T; also set-jaccard:T and cosine:T. May be repeated.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["shared", "jaccard:0.5"],
        };
        Options.Add(_relevance);
        _normaliser = Optional<string>("--normaliser", "retrieved|min|total", "What an average precision is divided by: relevant items retrieved, min(R, all), or all.");
        _noRelevant = Optional<string>("--no-relevant", "drop|zero", "Queries without a relevant item: left out of the mean, or 0.");
        _ties = Optional<string>("--ties", "listed|expected", "Items at one distance: in the database's order, or the expectation over all orders.");
        _cutoffs = new Option<int[]>("--at")
        {
            HelpName = "K",
            Description = "The ranks of precision, recall, ACG and NDCG.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [10, 100, 1000],
        };
        Options.Add(_cutoffs);
        _empty = Default("--empty", "0..1", 1f, "The Jaccard similarity of two images without labels.");
        _selection = Default("--selection", "TEXT", "not stated", "How the network, its epoch above all, was chosen: printed with the conventions.");
        _device = new DeviceOptions(this);
    }

    public override void Run(VerbContext context)
    {
        EvaluationOptions options = ReadOptions(context);
        (string queryPath, string databasePath) = (context.Get(_query), DatabasePath(context, _database));
        StoredArray query = NpyFile.Read(queryPath), database = options.LeaveOneOut ? query : NpyFile.Read(databasePath);
        LabelMatrix queryLabels = LabelMatrix.From(NpyFile.Read(context.Get(_queryLabels)));
        LabelMatrix databaseLabels = options.LeaveOneOut ? queryLabels : LabelMatrix.From(NpyFile.Read(DatabasePath(context, _databaseLabels)));
        bool codes = query.Type == ElementType.UInt8;
        if (codes != (database.Type == ElementType.UInt8))
            throw new ArgumentException($"{queryPath} is of {query.Type}, {databasePath} of {database.Type}; both must be codes (uint8) or both embeddings.");
        string distance = context.Get(_distance) ?? (codes ? "hamming" : "l2");
        if (codes && distance is "l2" or "inner") throw new ArgumentException($"--distance {distance} is of embeddings; {queryPath} holds codes (uint8).");
        using IBackend backend = _device.Open(context);
        EvaluationReport report = distance switch
        {
            "hamming" when codes => Evaluation.OfCodes(
                backend, Codes(context, query), Codes(context, database), queryLabels, databaseLabels, options),
            "hamming" => NameSigns(Evaluation.OfCodes(
                backend, Signs(backend, query), Signs(backend, database), queryLabels, databaseLabels, options)),
            "l2" => OfEmbeddings(EmbeddingDistance.SquaredEuclidean),
            "inner" => OfEmbeddings(EmbeddingDistance.InnerProduct),
            _ => throw new ArgumentException($"--distance is '{distance}'; it is hamming, l2 or inner."),
        };
        context.Report(report, JkJson.Default.EvaluationReport, console => EvaluationTables.Write(console, report));

        EvaluationReport OfEmbeddings(EmbeddingDistance by) => Evaluation.OfEmbeddings(
            backend, EmbeddingMatrix.From(query), EmbeddingMatrix.From(database), by, queryLabels, databaseLabels, options);
    }

    private EvaluationOptions ReadOptions(VerbContext context)
    {
        MeasureConventions[] conventions = context.IsGiven(_normaliser) || context.IsGiven(_noRelevant) || context.IsGiven(_ties)
            ? [MeasureConventions.Parse(context.Get(_normaliser) ?? "retrieved", context.Get(_noRelevant) ?? "drop", context.Get(_ties) ?? "listed")]
            : [MeasureConventions.Field, MeasureConventions.Strict];
        return new EvaluationOptions
        {
            Top = context.Get(_top),
            Relevances = [.. context.Get(_relevance).Select(Relevance.Parse)],
            Conventions = conventions,
            Cutoffs = context.Get(_cutoffs),
            EmptySimilarity = context.Get(_empty),
            LeaveOneOut = context.Get(_leaveOneOut),
            Selection = context.Get(_selection),
            Threads = _device.Threads(context),
        };
    }

    /// <summary>A path of the database, which leaving one out forbids and everything else needs.</summary>
    private string DatabasePath(VerbContext context, Option<string?> option) => (context.Get(option), context.Get(_leaveOneOut)) switch
    {
        (string path, false) => path,
        (null, true) => context.Get(_query),
        (null, false) => throw new ArgumentException($"{option.Name} is missing; without it there is --leave-one-out."),
        _ => throw new ArgumentException($"{option.Name} and --leave-one-out exclude each other: the database is the queries."),
    };

    private PackedCodes Codes(VerbContext context, StoredArray array)
    {
        (_, int columns) = array.RequireMatrix();
        int bits = context.Get(_bits) is > 0 and var given ? given : columns * 8;
        if ((bits + 7) / 8 != columns)
            throw new InvalidDataException($"{array.Name}: codes have {columns} bytes; {bits} bits are {(bits + 7) / 8}.");
        return PackedCodes.FromBytes(array.AsSpan<byte>(), bits, array.Name);
    }

    private static PackedCodes Signs(IBackend backend, StoredArray array)
    {
        EmbeddingMatrix embeddings = EmbeddingMatrix.From(array);
        return PackedCodes.FromEmbeddings(backend, embeddings.Values, embeddings.Dimensions);
    }

    private static EvaluationReport NameSigns(EvaluationReport report) => report with { Distance = $"{report.Distance} (signs of the embeddings)" };
}
