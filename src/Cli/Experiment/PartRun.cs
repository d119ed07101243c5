using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using JaccardKernels.Cli.Training;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Experiment;

/// <summary>One part with one seed: the backbone once, its features once, then a head for every method. What has a result is not computed again.</summary>
internal sealed class PartRun : IDisposable
{
    // Steps that the loss and the active share are averaged over.
    private const int LastSteps = 50;

    private readonly PartContext _context;
    private readonly Part _part;
    private readonly int _seed;
    private readonly Lazy<IPartSource> _source;
    private readonly Lazy<PartFeatures> _features;

    /// <summary>Prepares; nothing is opened before it is needed.</summary>
    public PartRun(PartContext context, Part part, int seed)
    {
        (_context, _part, _seed) = (context, part, seed);
        _source = new Lazy<IPartSource>(() => part.Open(context, seed));
        _features = new Lazy<PartFeatures>(() => _source.Value.Features());
    }

    /// <summary>What units of a part and a seed are called.</summary>
    public static string Key(Part part, int seed) => string.Create(CultureInfo.InvariantCulture, $"{part.Id}-s{seed}");

    /// <summary>Computes what has no result yet.</summary>
    public (PartResult Part, IReadOnlyList<MethodResult> Methods) Run()
    {
        string key = Key(_part, _seed);
        PartResult part = _context.Folder.Unit(key, ClaimsJson.Default.PartResult, Prepare);
        List<MethodResult> results = [];
        foreach (Method method in _part.Methods)
        {
            string unit = $"{key}-{method.Id}";
            bool kept = _context.Folder.Has(unit);
            results.Add(_context.Folder.Unit(unit, ClaimsJson.Default.MethodResult, () => Measure(method, unit)));
            _context.Progress.Finished(unit, kept);
        }
        return (part, results);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_source.IsValueCreated) _source.Value.Dispose();
    }

    private PartResult Prepare()
    {
        long start = Stopwatch.GetTimestamp();
        double accuracy = _source.Value.MakeBackbone();
        PartFeatures features = _features.Value;
        // Chance is a matter of labels alone: any embeddings will do.
        var splits = new EmbeddedSplits(Zeros(features.Query.Count), Zeros(features.Database.Count), features.QueryLabels, features.DatabaseLabels);
        HeadEvaluation evaluation = Evaluation(features);
        EvaluationReport report = evaluation.Real(splits);
        return new PartResult(
            _part.Id, _seed, features.Train.Count, features.Query.Count, features.Database.Count, accuracy, HeadEvaluation.MapHalf(report).Chance,
            evaluation.Ndcg(report).Chance, HeadEvaluation.Map(report).Chance, report.Relevances[1].Share, Stopwatch.GetElapsedTime(start).TotalSeconds);

        static EmbeddingMatrix Zeros(int count) => new(new float[count], 1);
    }

    private MethodResult Measure(Method method, string unit)
    {
        PartFeatures features = _features.Value;
        long start = Stopwatch.GetTimestamp();
        var last = new Queue<TrainingMetrics>();
        EmbeddedSplits splits;
        if (method.Apply is { } apply)
        {
            using EmbeddingHead head = EmbeddingHead.Train(
                _context.Backend, features.Train, features.TrainLabels, apply(_part.Options) with { Seed = _seed }, OnStep, _context.Progress.Cancellation);
            splits = Splits(features, cache => new EmbeddingMatrix(head.Embed(cache), head.Dimensions));
        }
        else
        {
            splits = Splits(features, Directions);
        }
        HeadEvaluation evaluation = Evaluation(features);
        EvaluationReport real = evaluation.Real(splits);
        List<CodeResult> codes = [evaluation.Of(real, "real", 0)];
        foreach (QuantizerSpec spec in method.Codes)
        {
            _context.Progress.Doing($"{unit}: {spec}");
            _context.Progress.Cancellation.ThrowIfCancellationRequested();
            codes.Add(evaluation.Codes(splits, spec));
        }
        MeasureCurve curve = real.Curves.First(c => c.Name == "NDCG");
        (double[] distances, double[] similarities) = evaluation.SimilarityAgainstDistance(splits);
        return new MethodResult(
            _part.Id, method.Id, _seed, codes, curve.Ranks, curve.Values, distances, similarities, last.Select(m => m.Loss).DefaultIfEmpty().Average(),
            last.Select(m => m.ActiveShare).DefaultIfEmpty().Average(), Stopwatch.GetElapsedTime(start).TotalSeconds);

        void OnStep(TrainingMetrics metrics)
        {
            _context.Progress.Step(unit, metrics);
            last.Enqueue(metrics);
            if (last.Count > LastSteps) last.Dequeue();
        }
    }

    private HeadEvaluation Evaluation(PartFeatures features) => new(_context.Backend, features.Database.Count, _part.LeaveOneOut, _context.Threads);

    private static EmbeddedSplits Splits(PartFeatures features, Func<FeatureCache, EmbeddingMatrix> embed)
    {
        EmbeddingMatrix query = embed(features.Query);
        return new EmbeddedSplits(
            query, ReferenceEquals(features.Query, features.Database) ? query : embed(features.Database), features.QueryLabels, features.DatabaseLabels);
    }

    // Features as they are, of length 1: the order of their squared distances is that of their cosines.
    private static EmbeddingMatrix Directions(FeatureCache features)
    {
        int length = features.Shape.Length;
        var values = new float[features.Count * length];
        for (int i = 0; i < features.Count; i++)
        {
            Span<float> row = values.AsSpan(i * length, length);
            ReadOnlySpan<float> feature = features[i, 0];
            TensorPrimitives.Divide(feature, Math.Max(TensorPrimitives.Norm(feature), float.Epsilon), row);
        }
        return new EmbeddingMatrix(values, length);
    }
}
