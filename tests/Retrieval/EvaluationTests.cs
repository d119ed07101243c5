using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Tests.Retrieval;

public class EvaluationTests
{
    private const int Queries = 5, Items = 6, Classes = 4, Bits = 3, Top = 4;

    private static readonly MeasureConventions[] AllConventions =
    [
        .. from normaliser in Enum.GetValues<ApNormaliser>()
           from noRelevant in Enum.GetValues<NoRelevant>()
           from ties in Enum.GetValues<TieHandling>()
           select new MeasureConventions(normaliser, noRelevant, ties),
    ];

    private static readonly EvaluationOptions Options = new()
    {
        Top = Top,
        Cutoffs = [1, 2, 3, 4, 1000],
        Relevances = [Relevance.SharedLabel, Relevance.MultisetJaccardAboveHalf, Relevance.Parse("set-jaccard:0.3"), Relevance.Parse("cosine:0.6")],
        Gradings = Enum.GetValues<Grading>(),
        Conventions = AllConventions,
    };

    [Test]
    public void EveryMeasureOfCodesByEveryConventionEqualsItsDefinition([Range(0, 2)] int seed, [Values] bool leaveOneOut)
    {
        var world = new World(seed, leaveOneOut ? Items : Queries);
        using var backend = new ReferenceBackend();
        EvaluationReport report = Evaluation.OfCodes(
            backend, world.QueryCodes, leaveOneOut ? world.QueryCodes : world.DatabaseCodes, world.QueryLabels,
            leaveOneOut ? world.QueryLabels : world.DatabaseLabels, Options with { LeaveOneOut = leaveOneOut });
        PackedCodes database = leaveOneOut ? world.QueryCodes : world.DatabaseCodes;
        Check(report, world.Cases((q, d) => HammingDistance(world.QueryCodes[q], database[d]), leaveOneOut));
        Assert.That(report.Database, Is.EqualTo(leaveOneOut ? Items - 1 : Items));
    }

    [Test]
    public void EveryMeasureOfTablesByEveryConventionEqualsItsDefinition([Range(0, 1)] int seed)
    {
        var world = new World(seed, Queries);
        var random = new Random(seed);
        // Small integers: exact sums, with ties.
        byte[] codes = [.. Enumerable.Range(0, 2 * Items).Select(_ => (byte)random.Next(3))];
        float[] terms = [.. Enumerable.Range(0, Items).Select(_ => (float)random.Next(3))];
        float[] tables = [.. Enumerable.Range(0, Queries * 2 * 3).Select(_ => (float)random.Next(-2, 3))];
        using var backend = new ReferenceBackend();
        EvaluationReport report = Evaluation.OfTables(
            backend, tables, new TableCodes(codes, 2, terms, codewords: 3), world.QueryLabels, world.DatabaseLabels, Options);
        Check(report, world.Cases((q, d) => terms[d] + tables[6 * q + codes[2 * d]] + tables[6 * q + 3 + codes[2 * d + 1]], leaveOneOut: false));
        Assert.That(report.Distance, Is.EqualTo("look-up tables, 16 bits"));
    }

    [Test]
    public void EveryMeasureOfEmbeddingsByEveryConventionEqualsItsDefinition([Range(0, 1)] int seed, [Values] EmbeddingDistance distance)
    {
        var world = new World(seed, Queries);
        using var backend = new ReferenceBackend();
        EvaluationReport report = Evaluation.OfEmbeddings(
            backend, world.QueryEmbeddings, world.DatabaseEmbeddings, distance, world.QueryLabels, world.DatabaseLabels, Options);
        Check(report, world.Cases(
            (q, d) =>
            {
                double sum = 0;
                for (int i = 0; i < Bits; i++)
                {
                    double x = world.QueryEmbeddings.Values[q * Bits + i], y = world.DatabaseEmbeddings.Values[d * Bits + i];
                    sum += distance == EmbeddingDistance.InnerProduct ? -x * y : (x - y) * (x - y);
                }
                return sum;
            },
            leaveOneOut: false));
    }

    [Test]
    public void ResultsDoNotDependOnTheNumberOfThreads()
    {
        var world = new World(3, Queries);
        using var backend = new ReferenceBackend();
        string[] reports = [.. new[] { 1, 2, 5 }.Select(threads => Evaluation.OfCodes(
            backend, world.QueryCodes, world.DatabaseCodes, world.QueryLabels, world.DatabaseLabels, Options with { Threads = threads }).ToJson())];
        Assert.That(reports.Distinct().Count(), Is.EqualTo(1));
        var report = EvaluationReport.FromJson(reports[0]);
        Assert.That(report.ToJson(), Is.EqualTo(reports[0]));
        Assert.That(report.Find("ACG@2", MeasureConventions.Strict, grade: "multiset Jaccard").Grade, Is.EqualTo("multiset Jaccard"));
        Assert.That(() => report.Find("ACG@9", MeasureConventions.Field), Throws.ArgumentException.With.Message.Contains("'ACG@9'"));
        Assert.That(() => EvaluationReport.FromJson("[]"), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void SizesThatDoNotFitAreNamed()
    {
        var world = new World(0, Queries);
        using var backend = new ReferenceBackend();
        Assert.That(
            () => Evaluation.OfCodes(backend, world.QueryCodes, world.DatabaseCodes, world.DatabaseLabels, world.DatabaseLabels, Options),
            Throws.ArgumentException.With.Message.Contains("6 rows of labels for 5 queries"));
        Assert.That(
            () => Evaluation.OfCodes(
                backend, new PackedCodes(4, new ulong[Queries]), world.DatabaseCodes, world.QueryLabels, world.DatabaseLabels, Options),
            Throws.ArgumentException.With.Message.Contains("the queries have 4 bits; the database has 3"));
        Assert.That(
            () => Evaluation.OfCodes(
                backend, world.QueryCodes, world.DatabaseCodes, world.QueryLabels, world.DatabaseLabels, Options with { LeaveOneOut = true }),
            Throws.ArgumentException.With.Message.Contains("5 and 6"));
        Assert.That(() => Relevance.Parse("jaccard"), Throws.ArgumentException.With.Message.Contains("jaccard:T"));
        Assert.That(() => MeasureConventions.Parse("all", "drop", "listed"), Throws.ArgumentException.With.Message.Contains("'all'"));
    }

    private static int HammingDistance(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (int)ulong.PopCount(a[i] ^ b[i]);
        return sum;
    }

    private static void Check(EvaluationReport report, QueryCase[] cases)
    {
        int[] cutoffs = [1, 2, 3, 4];
        int found = 0;
        foreach (MeasureConventions conventions in AllConventions)
        {
            void Expect(string name, string? relevance, string? grade, Func<QueryCase, int[], double?> measure) =>
                Compare(conventions, name, relevance, grade, measure);

            for (int r = 0; r < Options.Relevances.Count; r++)
            {
                int relevance = r;
                string words = Options.Relevances[r].ToString(), suffix = Options.Relevances[r].Suffix;
                Expect($"mAP{suffix}", words, null, (c, order) =>
                    BruteForce.AveragePrecision(order, Top, c.Relevant[relevance], c.Ones(relevance), conventions.Normaliser));
                foreach (Grading grading in (Grading[])[Grading.SharedClasses, Grading.MultisetJaccard])
                {
                    string grade = grading == Grading.SharedClasses ? "shared classes" : "multiset Jaccard";
                    Expect($"WAP{suffix}", words, grade, (c, order) =>
                        BruteForce.AveragePrecision(order, Top, c.Relevant[relevance], c.Grade(grading), conventions.Normaliser));
                }
                foreach (int k in cutoffs)
                {
                    Expect($"precision@{k}", words, null, (c, order) => BruteForce.Precision(order, k, c.Relevant[relevance]));
                    Expect($"recall@{k}", words, null, (c, order) => BruteForce.Recall(order, k, c.Relevant[relevance]));
                }
            }
            foreach (int k in cutoffs)
            {
                Expect($"ACG@{k}", null, "shared classes", (c, order) => BruteForce.AverageCumulativeGain(order, k, c.Shared));
                Expect($"ACG@{k}", null, "multiset Jaccard", (c, order) => BruteForce.AverageCumulativeGain(order, k, c.MultisetJaccard));
                Expect($"NDCG@{k}", null, "2^(shared classes) - 1", (c, order) => BruteForce.Ndcg(order, k, [.. c.Shared.Select(Exponential)]));
                Expect($"NDCG@{k}", null, "multiset Jaccard", (c, order) => BruteForce.Ndcg(order, k, c.MultisetJaccard));
                Expect($"NDCG@{k}", null, "2^(multiset Jaccard) - 1", (c, order) => BruteForce.Ndcg(order, k, [.. c.MultisetJaccard.Select(Exponential)]));
            }
        }
        Assert.That(report.Measures, Has.Count.EqualTo(found), "every measure was compared");
        foreach (MeasureCurve curve in report.Curves)
        {
            Assert.That(curve.Ranks, Is.EqualTo(new[] { 1, 2, 4 }));
            for (int i = 0; i < curve.Ranks.Count; i++)
            {
                string name = $"{curve.Name}@{curve.Ranks[i]}";
                MeasureResult point = report.Measures.Single(m =>
                    m.Name == name && m.Conventions == curve.Conventions && m.Relevance == curve.Relevance && m.Grade == curve.Grade);
                Assert.That((curve.Values[i], curve.Chance[i]), Is.EqualTo((point.Value, point.Chance)));
            }
        }
        for (int r = 0; r < Options.Relevances.Count; r++)
        {
            Assert.That(
                report.Relevances[r].Share,
                Is.EqualTo(cases.Average(c => c.Relevant[r].Count(x => x) / (double)c.Distances.Length)).Within(1e-12));
            Assert.That(report.Relevances[r].QueriesWithout, Is.EqualTo(cases.Count(c => !c.Relevant[r].Any(x => x))));
        }

        static double Exponential(double grade) => Math.Pow(2, grade) - 1;

        void Compare(MeasureConventions conventions, string name, string? relevance, string? grade, Func<QueryCase, int[], double?> measure)
        {
            MeasureResult actual = report.Measures.Single(m =>
                m.Name == name && m.Conventions == conventions.ToString() && m.Relevance == relevance && m.Grade == grade);
            bool zero = conventions.NoRelevant == NoRelevant.Zero;
            QueryScore[] scores = [.. cases.Select(c => BruteForce.Mean(c.Orders[conventions.Ties], order => measure(c, order)))];
            QueryScore[] chance = [.. cases.Select(c => BruteForce.Mean(c.AllOrders, order => measure(c, order)))];
            Assert.That(actual.Value, Is.EqualTo(Mean(scores)).Within(1e-12), $"{name}, {relevance}, {grade}, {conventions}");
            Assert.That(actual.Chance, Is.EqualTo(Mean(chance)).Within(1e-12), $"chance of {name}, {relevance}, {grade}, {conventions}");
            Assert.That(actual.Queries, Is.EqualTo(zero ? cases.Length : scores.Sum(s => s.Weight)).Within(1e-12));
            found++;

            double Mean(QueryScore[] all)
            {
                double weight = zero ? all.Length : all.Sum(s => s.Weight);
                return weight == 0 ? 0 : all.Sum(s => s.Value) / weight;
            }
        }
    }

    /// <summary>One query with all that the definitions need.</summary>
    private sealed class QueryCase(double[] distances, bool[][] relevant, double[] shared, double[] multisetJaccard)
    {
        public double[] Distances => distances;

        public bool[][] Relevant => relevant;

        public double[] Shared => shared;

        public double[] MultisetJaccard => multisetJaccard;

        public Dictionary<TieHandling, List<int[]>> Orders { get; } = new()
        {
            [TieHandling.Listed] = BruteForce.Orders(distances, listed: true),
            [TieHandling.Expected] = BruteForce.Orders(distances, listed: false),
        };

        public List<int[]> AllOrders { get; } = BruteForce.Orders(new double[distances.Length], listed: false);

        public double[] Ones(int relevance) => [.. relevant[relevance].Select(r => r ? 1.0 : 0.0)];

        public double[] Grade(Grading grading) => grading == Grading.SharedClasses ? shared : multisetJaccard;
    }

    /// <summary>Random codes, embeddings of few values (so that they tie) and labels, some of them empty.</summary>
    private sealed class World
    {
        public World(int seed, int queries)
        {
            var random = new Random(seed);
            QueryCodes = Codes(queries);
            DatabaseCodes = Codes(Items);
            QueryLabels = Labels(queries);
            DatabaseLabels = Labels(Items);
            QueryEmbeddings = Embeddings(queries);
            DatabaseEmbeddings = Embeddings(Items);

            PackedCodes Codes(int count) => new(Bits, [.. Enumerable.Range(0, count).Select(_ => (ulong)random.Next(1 << Bits))]);

            LabelMatrix Labels(int count) => new([.. Enumerable.Range(0, count * Classes).Select(_ => Math.Max(0, random.Next(6) - 3))], Classes);

            EmbeddingMatrix Embeddings(int count) => new([.. Enumerable.Range(0, count * Bits).Select(_ => random.Next(-1, 2) * 0.5f)], Bits);
        }

        public PackedCodes QueryCodes { get; }

        public PackedCodes DatabaseCodes { get; }

        public LabelMatrix QueryLabels { get; }

        public LabelMatrix DatabaseLabels { get; }

        public EmbeddingMatrix QueryEmbeddings { get; }

        public EmbeddingMatrix DatabaseEmbeddings { get; }

        public QueryCase[] Cases(Func<int, int, double> distance, bool leaveOneOut) =>
        [
            .. Enumerable.Range(0, QueryLabels.Count).Select(q =>
            {
                LabelMatrix database = leaveOneOut ? QueryLabels : DatabaseLabels;
                int[] rows = [.. Enumerable.Range(0, database.Count).Where(d => !leaveOneOut || d != q)];
                int[] a = QueryLabels.Row(q).ToArray();
                int[][] b = [.. rows.Select(d => database.Row(d).ToArray())];
                double[] shared = [.. b.Select(y => (double)Shared(a, y))];
                double[] multiset = [.. b.Select(y => (double)Multiset(a, y))];
                bool[][] relevant =
                [
                    [.. shared.Select(s => s > 0)], [.. multiset.Select(j => j > 0.5)],
                    [.. b.Select(y => Multiset(Set(a), Set(y)) > 0.3f)], [.. b.Select(y => Cosine(a, y) > 0.6f)],
                ];
                return new QueryCase([.. rows.Select(d => distance(q, d))], relevant, shared, multiset);
            }),
        ];

        private static int Shared(int[] a, int[] b) => a.Zip(b).Count(p => p.First > 0 && p.Second > 0);

        private static int[] Set(int[] a) => [.. a.Select(x => Math.Min(x, 1))];

        private static float Multiset(int[] a, int[] b)
        {
            int union = a.Zip(b).Sum(p => Math.Max(p.First, p.Second));
            return union == 0 ? 1 : (float)a.Zip(b).Sum(p => Math.Min(p.First, p.Second)) / union;
        }

        private static float Cosine(int[] a, int[] b)
        {
            double norms = Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));
            return norms == 0 ? (a.Any(x => x > 0) || b.Any(x => x > 0) ? 0 : 1) : (float)(a.Zip(b).Sum(p => p.First * p.Second) / norms);
        }
    }
}
