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
    private readonly Option<int> _k, _queries, _batch, _clients, _threads, _turned, _seed;
    private readonly Option<string?> _codes;

    public IndexBenchVerb()
        : base(
            "bench",
            "Measures how long searches of an index take. Queries are codes of the index itself, with some bits turned over, or those of a file. " +
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
        _codes = Optional<string>("--codes", "Q.npy", "The codes to search for, instead.");
    }

    public override void Run(VerbContext context)
    {
        string path = context.Get(_path);
        int k = Guard.Positive(context.Get(_k), "-k"), searches = Guard.Positive(context.Get(_queries), "--queries");
        int batch = Guard.Positive(context.Get(_batch), "--batch"), clients = Guard.Positive(context.Get(_clients), "--clients");
        long start = Stopwatch.GetTimestamp();
        using BinaryIndex index = BinaryIndex.OpenAny(path, threads: Guard.AtLeast(context.Get(_threads), 0, "--threads"));
        double opening = Stopwatch.GetElapsedTime(start).TotalSeconds;
        ulong[] queries = context.Get(_codes) is { } codes
            ? PackedCodes.ReadNpy(codes, index.Bits).Data.ToArray()
            : IndexReading.Queries(index, Guard.Elements("queries", searches, batch), context.Get(_turned) is >= 0 and var turned ? turned : index.Bits / 16, context.Get(_seed));
        if (queries.Length == 0) throw new ArgumentException("--codes has no codes.");
        using var team = new ThreadTeam(context.Get(_threads));
        double reading = 0;
        if (index.Structure == IndexStructure.Flat)
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
                var search = new Search(index, k, batch);
                for (int i; (i = Interlocked.Increment(ref next)) < searches && failure is null && !context.Cancellation.IsCancellationRequested;)
                {
                    int first = (int)((long)i * batch * index.QueryLength % queries.Length);
                    int words = Math.Min(batch * index.QueryLength, queries.Length - first);
                    long begin = Stopwatch.GetTimestamp();
                    search.Run(queries.AsSpan(first, words));
                    seconds[i] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                    if (clients == 1 && context.Progress.IsShown) context.Progress.Report(() => $"{path}: {what} {i + 1}/{searches}");
                }
            }
        }
    }

    private sealed class Search(BinaryIndex index, int k, int batch)
    {
        private readonly long[] _ids = new long[Guard.Elements("results", batch, k)];
        private readonly int[] _distances = new int[batch * k];
        private readonly float[] _similar = new float[batch * k];

        public void Run(ReadOnlySpan<ulong> queries)
        {
            int results = queries.Length / index.QueryLength * k;
            if (index is HammingIndex hamming) hamming.Search(queries, k, _distances.AsSpan(0, results), _ids.AsSpan(0, results));
            else ((JaccardIndex)index).Search(queries, k, _similar.AsSpan(0, results), _ids.AsSpan(0, results));
        }
    }
}
