using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Retrieval;

/// <summary>
/// Measures queries against a labelled database. Distances and label similarities come from a backend in blocks of queries, never as a whole
/// matrix; queries are scored in parallel and averaged in their order, so that results do not depend on the number of threads.
/// </summary>
public static class Evaluation
{
    // 16 MB for each matrix of a block.
    private const int BlockElements = 4 << 20;
    private const int LargestBlock = 256;

    /// <summary>Measures codes by Hamming distance.</summary>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or an option is out of range; the message names the two.</exception>
    public static EvaluationReport OfCodes(
        IBackend backend, PackedCodes queries, PackedCodes database, LabelMatrix queryLabels, LabelMatrix databaseLabels, EvaluationOptions options)
    {
        CheckSizes(queries.Count, database.Count, queryLabels, databaseLabels, options);
        int block = BlockOf(database.Count);
        using var source = new HammingRankingSource(backend, queries, database, block);
        return Run(backend, source, queryLabels, databaseLabels, options, block);
    }

    /// <summary>Measures embeddings by squared Euclidean distance or inner product.</summary>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or an option is out of range; the message names the two.</exception>
    public static EvaluationReport OfEmbeddings(
        IBackend backend, EmbeddingMatrix queries, EmbeddingMatrix database, EmbeddingDistance distance,
        LabelMatrix queryLabels, LabelMatrix databaseLabels, EvaluationOptions options)
    {
        CheckSizes(queries.Count, database.Count, queryLabels, databaseLabels, options);
        int block = BlockOf(database.Count);
        using var source = new EmbeddingRankingSource(backend, queries, database, distance, block);
        return Run(backend, source, queryLabels, databaseLabels, options, block);
    }

    /// <summary>Measures codes by look-up tables of the queries <c>[Q,M,W]</c>.</summary>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or an option is out of range; the message names the two.</exception>
    public static EvaluationReport OfTables(
        IBackend backend, ReadOnlyMemory<float> tables, TableCodes database, LabelMatrix queryLabels, LabelMatrix databaseLabels,
        EvaluationOptions options)
    {
        CheckSizes(database.QueriesOf(tables.Span), database.Count, queryLabels, databaseLabels, options);
        int block = BlockOf(database.Count);
        using var source = new TableRankingSource(backend, tables, database, block);
        return Run(backend, source, queryLabels, databaseLabels, options, block);
    }

    private static int BlockOf(int database) => Math.Clamp(BlockElements / database, 1, LargestBlock);

    private static EvaluationReport Run(
        IBackend backend, IRankingSource source, LabelMatrix queryLabels, LabelMatrix databaseLabels, EvaluationOptions options, int block)
    {
        int ranked = options.LeaveOneOut ? source.Database - 1 : source.Database;
        var plan = new MeasurePlan(options, Math.Min(options.Top, ranked));
        using var similarities = new LabelSimilarityBlock(
            backend, queryLabels, databaseLabels,
            [.. options.Relevances.Select(r => r.Kind).Concat(options.Gradings.Select(g => g.Kind())).Distinct()], options.EmptySimilarity, block);
        int columns = plan.Columns.Count, threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        var means = new EvaluationMeans(options, plan);
        var scorers = new QueryScorer[Math.Min(threads, block)];
        for (int i = 0; i < scorers.Length; i++) scorers[i] = new QueryScorer(options, plan, source.Database);
        var scores = new QueryScore[block * columns];
        var chance = new QueryScore[block * columns];
        int[] relevant = new int[block * options.Relevances.Count];
        for (int start = 0; start < source.Queries; start += block)
        {
            int rows = Math.Min(block, source.Queries - start), first = start, next = -1;
            source.Compute(start, rows);
            similarities.Compute(start, rows);
            Parallel.For(0, scorers.Length, worker =>
            {
                QueryScorer scorer = scorers[worker];
                int query;
                while ((query = Interlocked.Increment(ref next)) < rows)
                {
                    scorer.Score(
                        source, similarities, query, options.LeaveOneOut ? first + query : -1,
                        scores.AsSpan(query * columns, columns), chance.AsSpan(query * columns, columns));
                    for (int i = 0; i < options.Relevances.Count; i++) relevant[query * options.Relevances.Count + i] = scorer.TotalRelevant(i);
                }
            });
            for (int query = 0; query < rows; query++)
            {
                means.Add(
                    scores.AsSpan(query * columns, columns), chance.AsSpan(query * columns, columns),
                    relevant.AsSpan(query * options.Relevances.Count, options.Relevances.Count));
            }
        }
        return means.ToReport(source.Description, source.Queries, ranked);
    }

    private static void CheckSizes(int queries, int database, LabelMatrix queryLabels, LabelMatrix databaseLabels, EvaluationOptions options)
    {
        if (queries < 1) throw new ArgumentException("there are no queries.", nameof(queries));
        if (database < (options.LeaveOneOut ? 2 : 1))
            throw new ArgumentException($"the database has {database} items; there is nothing to rank.", nameof(database));
        if (queryLabels.Count != queries)
            throw new ArgumentException($"there are {queryLabels.Count} rows of labels for {queries} queries.", nameof(queryLabels));
        if (databaseLabels.Count != database)
            throw new ArgumentException(
                $"there are {databaseLabels.Count} rows of labels for {database} database items.", nameof(databaseLabels));
        if (queryLabels.Classes != databaseLabels.Classes)
            throw new ArgumentException(
                $"the queries' labels have {queryLabels.Classes} classes; the database's have {databaseLabels.Classes}.", nameof(queryLabels));
        if (options.LeaveOneOut && queries != database)
            throw new ArgumentException(
                $"leaving each query out of the database needs the same items in both; there are {queries} and {database}.", nameof(options));
        Guard.Positive(options.Top);
        Guard.AtLeast(options.Threads, 0);
        Guard.InRange(options.EmptySimilarity, 0, 1);
        foreach (int k in options.Cutoffs) Guard.Positive(k);
        if (options.Relevances.Count == 0) throw new ArgumentException("there is no relevance to measure by.", nameof(options));
        if (options.Conventions.Count == 0) throw new ArgumentException("there are no conventions to measure by.", nameof(options));
    }
}
