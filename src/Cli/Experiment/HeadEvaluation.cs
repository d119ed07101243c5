using JaccardKernels.Cli.Training;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Experiment;

/// <summary>Measures of embeddings, by the conventions of the experiment: the whole database ranked, AP over all relevant items, ties in expectation.</summary>
internal sealed class HeadEvaluation
{
    // Of pairs for the curve of similarity against distance.
    private const int CurveQueries = 200;
    private const int CurveBins = 20;
    private const int NdcgRank = 100;

    private readonly IBackend _backend;
    private readonly EvaluationOptions _options;

    /// <summary>Prepares to measure on sets of a size.</summary>
    public HeadEvaluation(IBackend backend, int database, bool leaveOneOut, int threads)
    {
        int ranked = leaveOneOut ? database - 1 : database;
        _backend = backend;
        _options = new EvaluationOptions
        {
            Top = ranked,
            LeaveOneOut = leaveOneOut,
            Gradings = [Grading.MultisetJaccard],
            Conventions = [MeasureConventions.Strict],
            Cutoffs = [Math.Min(NdcgRank, ranked)],
            Threads = threads,
            Selection = Selection.LastStep,
        };
    }

    /// <summary>The measures of real embeddings, by squared distance.</summary>
    public EvaluationReport Real(EmbeddedSplits splits) => splits.EvaluateEmbeddings(_backend, _options);

    /// <summary>The measures of codes.</summary>
    public CodeResult Codes(EmbeddedSplits splits, QuantizerSpec spec) =>
        Of(splits.EvaluateCodes(_backend, spec, _options), spec.Kind.ToString().ToLowerInvariant(), spec.Bits);

    /// <summary>The numbers of a report.</summary>
    public CodeResult Of(EvaluationReport report, string code, int bits) =>
        new(code, bits, MapHalf(report).Value, Ndcg(report).Value, Map(report).Value);

    /// <summary>mAP@0.5.</summary>
    public static MeasureResult MapHalf(EvaluationReport report) => report.Find("mAP@0.5", MeasureConventions.Strict);

    /// <summary>mAP over shared labels.</summary>
    public static MeasureResult Map(EvaluationReport report) => report.Find("mAP", MeasureConventions.Strict);

    /// <summary>NDCG with gains from the multiset Jaccard similarity.</summary>
    public MeasureResult Ndcg(EvaluationReport report) =>
        report.Find(FormattableString.Invariant($"NDCG@{_options.Cutoffs[0]}"), MeasureConventions.Strict);

    /// <summary>Similarity of labels against distance of embeddings: the pairs sorted by distance and cut into parts of one size.</summary>
    /// <returns>The mean distance of each part over the mean of all, and the mean similarity.</returns>
    public (double[] Distances, double[] Similarities) SimilarityAgainstDistance(EmbeddedSplits splits)
    {
        int queries = Math.Min(CurveQueries, splits.Query.Count), database = splits.Database.Count, dimensions = splits.Query.Dimensions;
        int classes = splits.QueryLabels.Classes;
        var distances = new float[Guard.Elements("pairs", queries, database)];
        var similarities = new float[distances.Length];
        using (DeviceBuffer q = Uploaded<float>(splits.Query.Values[..(queries * dimensions)]), d = Uploaded(splits.Database.Values))
        using (DeviceBuffer result = _backend.Allocate<float>(distances.Length))
        {
            DeviceSpan<float> pairs = result.Slice<float>(0, distances.Length);
            _backend.SquaredDistance(
                new SquaredDistanceProblem(queries, database, dimensions), q.Slice<float>(0, queries * dimensions), d.Slice<float>(0, database * dimensions), pairs);
            _backend.Download(pairs, distances.AsSpan());
            using DeviceBuffer ql = Uploaded<int>(splits.QueryLabels.Counts[..(queries * classes)]), dl = Uploaded(splits.DatabaseLabels.Counts);
            var problem = new SimilarityProblem(SimilarityKind.MultisetJaccard, queries, database, classes);
            _backend.CountSimilarity(problem, ql.Slice<int>(0, queries * classes), dl.Slice<int>(0, database * classes), pairs);
            _backend.Download(pairs, similarities.AsSpan());
        }
        Array.Sort(distances, similarities);
        // A query left out of its own ranking is no pair.
        int first = _options.LeaveOneOut ? queries : 0, count = distances.Length - first;
        double mean = 0;
        for (int i = first; i < distances.Length; i++) mean += (double)distances[i] / count;
        double[] meanDistances = new double[CurveBins], meanSimilarities = new double[CurveBins];
        for (int bin = 0; bin < CurveBins; bin++)
        {
            int start = first + (int)((long)bin * count / CurveBins), end = first + (int)((long)(bin + 1) * count / CurveBins);
            for (int i = start; i < end; i++)
            {
                meanDistances[bin] += distances[i] / mean / (end - start);
                meanSimilarities[bin] += (double)similarities[i] / (end - start);
            }
        }
        return (meanDistances, meanSimilarities);
    }

    private DeviceBuffer Uploaded<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        DeviceBuffer buffer = _backend.Allocate<T>(values.Length);
        _backend.Upload(values, buffer.Slice<T>(0, values.Length));
        return buffer;
    }
}
