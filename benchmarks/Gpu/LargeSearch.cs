using System.Diagnostics;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Benchmarks;

/// <summary>
/// The search in more codes than a case can hold, whose operands lie in one array of the host. The database is drawn in pieces, so that the host
/// never holds it. Neighbours are planted at known distances, far nearer than any random code comes: the right answer is known without a search.
/// </summary>
internal sealed class LargeSearch : IDisposable
{
    // 16 MiB a piece.
    private const int Piece = 1 << 21;

    private readonly IBackend _backend;
    private readonly HammingProblem _problem;
    private readonly DeviceBuffer _queries, _database, _distances, _rows;

    /// <summary>Draws queries and database, and plants K neighbours of each query.</summary>
    /// <exception cref="InsufficientMemoryException">The device has less.</exception>
    public LargeSearch(IBackend backend, HammingProblem problem)
    {
        bool near = problem.Bits % 64 == 0 && problem.Bits >= 4 * Distance(problem.K);
        if (problem.K < 1 || !near || (long)problem.Queries * problem.K > problem.Count)
            throw new ArgumentException($"{problem} has no room for planted neighbours.", nameof(problem));
        (_backend, _problem) = (backend, problem);
        (_queries, _distances, _rows) =
            (backend.Allocate<ulong>(problem.LengthQueries), backend.Allocate<int>(problem.LengthResult), backend.Allocate<int>(problem.LengthResult));
        _database = backend.Allocate(8L * problem.LengthDatabase);
        var queries = new ulong[problem.LengthQueries];
        Draw(queries, 1);
        backend.Upload<ulong>(queries, _queries.As<ulong>());
        var piece = new ulong[Math.Min(Piece, problem.LengthDatabase)];
        for (int first = 0; first < problem.LengthDatabase; first += piece.Length)
        {
            Span<ulong> part = piece.AsSpan(0, Math.Min(piece.Length, problem.LengthDatabase - first));
            Draw(part, 2 + (ulong)first);
            backend.Upload<ulong>(part, _database.Slice<ulong>(8L * first, part.Length));
        }
        for (int query = 0; query < problem.Queries; query++)
        {
            for (int i = 0; i < problem.K; i++) Plant(queries.AsSpan(query * problem.Words, problem.Words), query, i);
        }
    }

    /// <summary>Searches and compares with what was planted.</summary>
    /// <exception cref="InvalidOperationException">A distance or a row is wrong.</exception>
    public void Verify()
    {
        Run();
        int[] distances = new int[_problem.LengthResult], rows = new int[_problem.LengthResult];
        _backend.Download(_distances.As<int>(), distances);
        _backend.Download(_rows.As<int>(), rows);
        for (int at = 0; at < distances.Length; at++)
        {
            (int query, int i) = (at / _problem.K, at % _problem.K);
            if (distances[at] == Distance(i) && rows[at] == Row(query, i)) continue;
            throw new InvalidOperationException(
                $"not timed, because it is wrong: HammingTopK {_problem}, query {query}, neighbour {i} is row {rows[at]} at {distances[at]} " +
                $"instead of row {Row(query, i)} at {Distance(i)}.");
        }
    }

    /// <summary>Verifies, then times single searches; the database is larger than caches.</summary>
    /// <exception cref="InvalidOperationException">A result is wrong.</exception>
    public TimingResult Time(TimeSpan duration)
    {
        Verify();
        IDeviceTimer? clock = _backend is IDeviceTimer { HasDeviceClock: true } timer ? timer : null;
        List<double> seconds = [];
        long start = Stopwatch.GetTimestamp();
        while (seconds.Count < 5 || Stopwatch.GetElapsedTime(start) < duration) seconds.Add(clock?.Time(() => { }, Run) ?? HostTime());
        var samples = new Samples(seconds, 1);
        OperationCase operation = CaseCatalog.Find("HammingTopK");
        KernelLadder? ladder = operation.LadderOn(_backend);
        KernelChoice? choice = ladder?.Choose(_problem);
        return new TimingResult(
            operation.Name, $"{_problem}", _backend.Info.Kind, _backend.Info.Name, samples.Median, samples.Fastest,
            (samples.ThirdQuartile - samples.FirstQuartile) / samples.Median, samples.Count, 1, _problem.Flops / samples.Median * 1e-9,
            _problem.Bytes / samples.Median * 1e-9, "planted neighbours", "equal")
        {
            Clock = clock is null ? "host clock" : "device events", Caches = "cold", FirstQuartile = samples.FirstQuartile,
            ThirdQuartile = samples.ThirdQuartile, Variant = choice?.Variant, Tile = choice?.Tile,
            VariantName = choice is { } chosen ? ladder!.Find(chosen.Variant).Name : null,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queries.Dispose();
        _database.Dispose();
        _distances.Dispose();
        _rows.Dispose();
    }

    private void Run() => _backend.HammingTopK(
        _problem, _queries.As<ulong>(), _database.Slice<ulong>(0, _problem.LengthDatabase), _distances.As<int>(), _rows.As<int>());

    private double HostTime()
    {
        long start = Stopwatch.GetTimestamp();
        Run();
        _backend.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // Two neighbours at each distance from 0 on, in order of row: ties are decided by it.
    private static int Distance(int neighbour) => neighbour / 2;

    // All neighbours of all queries, spread over the database.
    private int Row(int query, int neighbour) =>
        (int)(((long)neighbour * _problem.Queries + query) * (_problem.Count / ((long)_problem.Queries * _problem.K)));

    private void Plant(ReadOnlySpan<ulong> query, int number, int neighbour)
    {
        ulong[] code = query.ToArray();
        for (int i = 0; i < Distance(neighbour); i++)
        {
            int bit = (neighbour + i) % _problem.Bits;
            code[bit / 64] ^= 1UL << (bit % 64);
        }
        _backend.Upload<ulong>(code, _database.Slice<ulong>(8L * Row(number, neighbour) * _problem.Words, _problem.Words));
    }

    // SplitMix64.
    private static void Draw(Span<ulong> words, ulong key)
    {
        ulong state = key * 0xD1342543DE82EF95;
        for (int i = 0; i < words.Length; i++)
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            words[i] = z ^ (z >> 31);
        }
    }
}
