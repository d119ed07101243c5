using System.Diagnostics;
using System.Globalization;

namespace JaccardKernels.Fuzz;

/// <summary>Runs the mutations of one target on some threads, each with a target of its own.</summary>
internal static class TargetRun
{
    // Causes of faults beyond which a target is left: one file each is enough to begin with.
    private const int MostFindings = 20;

    // Iterations between looks at the clock.
    private const int Block = 64;

    /// <summary>Runs it.</summary>
    public static TargetResult Run(TargetEntry entry, FuzzOptions options, Action<long> progress)
    {
        var result = new TargetResult(entry.Name);
        long start = Stopwatch.GetTimestamp(), next = options.First;
        var threads = new Thread[options.Threads];
        for (int t = 0; t < threads.Length; t++)
        {
            int thread = t;
            threads[t] = new Thread(() => Work(thread));
            threads[t].Start();
        }
        foreach (Thread thread in threads) thread.Join();
        result.Elapsed = Stopwatch.GetElapsedTime(start);
        return result;

        void Work(int thread)
        {
            using FuzzTarget target = entry.Create();
            IReadOnlyList<(string Name, byte[] Bytes)> corpus = Corpus.Of(entry.Name);
            if (thread == 0) RunSeeds(target, corpus, options, result);
            var mutator = new Mutator(target, [.. corpus.Select(one => one.Bytes)], options.Seed);
            using var trail = new Trail(options.Out, entry.Name, options.Seed, thread);
            while (true)
            {
                long first = Interlocked.Add(ref next, Block) - Block, end = Math.Min(first + Block, options.First + options.Iterations);
                if (first >= end || Stopwatch.GetElapsedTime(start) > options.Limit || result.Findings.Count >= MostFindings) return;
                RunBlock(target, mutator, trail, first, end, options, result);
                if (thread == 0) progress(result.Mutations);
            }
        }
    }

    private static void RunSeeds(FuzzTarget target, IReadOnlyList<(string Name, byte[] Bytes)> corpus, FuzzOptions options, TargetResult result)
    {
        for (int i = 0; i < target.Seeds.Count; i++)
        {
            Outcome outcome = Outcome.Of(target, target.Seeds[i]);
            if (outcome.Thrown is not null) outcome = outcome with { Fault = outcome.Fault ?? "a sound input is refused" };
            if (outcome.Fault is not null) result.Add(outcome, $"sound input {i}", target.Seeds[i], options.Out, $"{target.Name}-sound{i}.bin");
        }
        foreach ((string name, byte[] bytes) in corpus)
        {
            Outcome outcome = Outcome.Of(target, bytes);
            if (outcome.Fault is not null) result.Add(outcome, $"corpus {name}", bytes, options.Out, $"{target.Name}-{name}");
        }
    }

    private static void RunBlock(FuzzTarget target, Mutator mutator, Trail trail, long first, long end, FuzzOptions options, TargetResult result)
    {
        long accepted = 0, allocated = 0;
        TimeSpan slowest = default;
        for (long iteration = first; iteration < end; iteration++)
        {
            byte[] input = mutator.Input(iteration);
            trail.Begin(iteration, input);
            Outcome outcome = Outcome.Of(target, input);
            if (outcome.Thrown is null) accepted++;
            allocated = Math.Max(allocated, outcome.Allocated);
            if (outcome.Elapsed > slowest) slowest = outcome.Elapsed;
            if (outcome.Fault is null) continue;
            string origin = string.Create(CultureInfo.InvariantCulture, $"seed {options.Seed} iteration {iteration}");
            result.Add(outcome, origin, input, options.Out, string.Create(CultureInfo.InvariantCulture, $"{target.Name}-s{options.Seed}-i{iteration}.bin"));
        }
        result.Add(accepted, end - first - accepted, allocated, slowest);
    }
}
