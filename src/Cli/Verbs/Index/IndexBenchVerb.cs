using System.CommandLine;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using JaccardKernels.Host;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index bench</c>.</summary>
internal sealed class IndexBenchVerb : Verb
{
    private readonly Argument<string> _path = new("index") { HelpName = "I.jkx", Description = "The index file." };
    private readonly Option<int> _k, _queries, _batch, _clients, _threads, _turned, _seed, _probes, _rerank;
    private readonly Option<string?> _codes;

    public IndexBenchVerb()
        : base(
            "bench",
            "Measures how long searches of an index take. Queries are codes of the index itself, with some bits turned over, or those of a file; for tables, embeddings of " +
            "the index or what its codes stand for. " +
            "Times are told as percentiles over all searches, after as many that are not counted. Where all codes are compared, what one search reads of memory is set " +
            "against plain reading of the same codes, which is as fast as it could be.",
            "jk index bench large.jkx -k 100 --queries 200",
            "jk index bench large.jkx --clients 16 --threads 1",
            "jk index bench codes.jkx --codes queries.npy --batch 100 --json")
    {
        Arguments.Add(_path);
        _k = new Option<int>("-k", "--top") { HelpName = "K", Description = "Neighbours wanted.", DefaultValueFactory = _ => 100 };
        Options.Add(_k);
        _queries = Default("--queries", "N", 100, "Searches to time.");
        _batch = Default("--batch", "N", 1, "Queries of one search.");
        _clients = Default("--clients", "N", 1, "Searches at a time.");
        _threads = Default("--threads", "N", 0, "Threads of one search; 0 means one for each processor.");
        _turned = Default("--turned", "N", -1, "Bits to turn over in the codes that are searched for; -1 means one in 16.");
        _seed = Default("--seed", "N", 1, "Other seeds draw other codes.");
        _probes = Default("--probes", "N", 0, "Lists of an ivf index to search, the nearest; 0 means all.");
        _rerank = Default("--rerank", "N", 0, "Of an index of tables with embeddings: the nearest by their codes, of which exact distances decide.");
        _codes = Optional<string>("--codes", "Q.npy", "The codes to search for, instead.");
    }

    public override void Run(VerbContext context)
    {
        string path = context.Get(_path);
        int k = Guard.Positive(context.Get(_k), "-k"), searches = Guard.Positive(context.Get(_queries), "--queries");
        int batch = Guard.Positive(context.Get(_batch), "--batch"), clients = Guard.Positive(context.Get(_clients), "--clients");
        long start = Stopwatch.GetTimestamp();
        using StoredIndex index = StoredIndex.OpenAny(path, threads: Guard.AtLeast(context.Get(_threads), 0, "--threads"));
        double opening = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Func<Search> newSearch = SearchesOf(context, index, k, searches, batch);
        using var team = new ThreadTeam(context.Get(_threads));
        double reading = 0;
        if (index.Structure is IndexStructure.Flat or IndexStructure.Tables)
        {
            context.Progress.Report(() => $"{path}: reading");
            _ = IndexReading.ReadCodes(index, team);
            long begin = Stopwatch.GetTimestamp();
            _ = IndexReading.ReadCodes(index, team);
            reading = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }
        _ = Times("warming");
        long allocated = GC.GetTotalAllocatedBytes();
        double[] times = Times("searching");
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        Array.Sort(times);
        double total = times.Sum();
        var report = new IndexBenchReport(
            path, IndexStructures.NameOf(index.Structure), index.Bits, index.Count, k, batch, clients, team.Threads, searches, opening, At(0.5), At(0.9), At(0.99),
            times[^1], clients * (double)batch * searches / total, reading > 0 ? reading : null, reading > 0 ? reading / At(0.5) : null, allocated,
            Process.GetCurrentProcess().PeakWorkingSet64);
        context.Report(report, JkJson.Default.IndexBenchReport, report.Write);

        double At(double share) => times[(int)Math.Min(times.Length - 1, share * times.Length)];

        // Each client has its share of the searches, and memory of its own for what it finds.
        double[] Times(string what)
        {
            double[] seconds = new double[searches];
            int next = -1;
            Exception? failure = null;
            Thread[] threads = [.. Enumerable.Range(1, clients - 1).Select(_ => new Thread(Client))];
            foreach (Thread thread in threads) thread.Start();
            Client();
            foreach (Thread thread in threads) thread.Join();
            if (failure is not null) ExceptionDispatchInfo.Throw(failure);
            context.Cancellation.ThrowIfCancellationRequested();
            return seconds;

            void Client()
            {
                try
                {
                    Searches();
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref failure, exception, null);
                }
            }

            void Searches()
            {
                Search search = newSearch();
                for (int i; (i = Interlocked.Increment(ref next)) < searches && failure is null && !context.Cancellation.IsCancellationRequested;)
                {
                    long begin = Stopwatch.GetTimestamp();
                    search.Run(i);
                    seconds[i] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                    if (clients == 1 && context.Progress.IsShown) context.Progress.Report(() => $"{path}: {what} {i + 1}/{searches}");
                }
            }
        }
    }

    private Func<Search> SearchesOf(VerbContext context, StoredIndex index, int k, int searches, int batch)
    {
        int count = Guard.Elements("queries", searches, batch);
        if (index is TableIndex tables)
        {
            if (context.IsGiven(_codes) || context.IsGiven(_turned)) throw new ArgumentException("--codes and --turned go with binary codes; tables are searched by embeddings.");
            tables.Tune(context.Get(_path), context.Get(_probes), context.Get(_rerank));
            float[] drawn = IndexReading.Queries(tables, count, context.Get(_seed)), embeddings = new float[Guard.Elements("queries", count, tables.QueryLength)];
            // Fewer items than queries: they come again.
            for (int i = 0; i < embeddings.Length; i++) embeddings[i] = drawn[i % drawn.Length];
            return () => new Search<float, float>(tables, embeddings, k, batch);
        }
        if (context.IsGiven(_probes) || context.IsGiven(_rerank)) throw new ArgumentException("--probes and --rerank go with indexes of tables.");
        var binary = (BinaryIndex)index;
        ulong[] codes = context.Get(_codes) is { } file
            ? PackedCodes.ReadNpy(file, index.Bits).Data.ToArray()
            : IndexReading.Queries(binary, count, context.Get(_turned) is >= 0 and var turned ? turned : index.Bits / 16, context.Get(_seed));
        if (codes.Length == 0) throw new ArgumentException("--codes has no codes.");
        return () => index is HammingIndex hamming
            ? new Search<ulong, int>(hamming, codes, k, batch)
            : new Search<ulong, float>((JaccardIndex)index, codes, k, batch);
    }

    private abstract class Search
    {
        /// <summary>Searches for the queries of a batch; they start anew after the last one.</summary>
        public abstract void Run(int batch);
    }

    private sealed class Search<TQuery, TDistance>(IIndex<TQuery, TDistance> index, TQuery[] queries, int k, int batch) : Search
        where TQuery : unmanaged
        where TDistance : unmanaged
    {
        private readonly long[] _ids = new long[Guard.Elements("results", batch, k)];
        private readonly TDistance[] _distances = new TDistance[batch * k];

        public override void Run(int number)
        {
            int first = (int)((long)number * batch * index.QueryLength % queries.Length);
            int length = Math.Min(batch * index.QueryLength, queries.Length - first), results = length / index.QueryLength * k;
            index.Search(queries.AsSpan(first, length), k, _distances.AsSpan(0, results), _ids.AsSpan(0, results));
        }
    }
}
