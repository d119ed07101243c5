using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using JaccardKernels.Engine;
using JaccardKernels.Host;

namespace JaccardKernels.Benchmarks;

/// <summary>Measures the roof of the processor, on a team of threads.</summary>
internal static unsafe class HostRoof
{
    // From what fits the nearest cache to what fits none: the largest last-level caches per socket are of some hundred MiB.
    private const long SmallestSet = 32 << 10, LargestSet = 256 << 20;

    // Hundreds of times what the clock and the start of a loop take, yet short enough for all threads to run through it undisturbed.
    private const double SampleSeconds = 0.5e-3;

    // One of them, at least, is hoped not to be interrupted.
    private const int LeastSamples = 3;

    /// <summary>Measures with a team of threads.</summary>
    /// <param name="threads">Threads, 1 or more.</param>
    /// <param name="duration">How long to measure each rate.</param>
    public static Roof Measure(int threads, TimeSpan duration)
    {
        using var backend = new HostBackend(threads);
        using var team = new ThreadTeam(threads);
        using var memory = new HostMemory(LargestSet, team.Threads);
        List<BandwidthPoint> bandwidth = [];
        for (long bytes = SmallestSet; bytes <= LargestSet; bytes *= 2)
        {
            bandwidth.Add(
                Vector512.IsHardwareAccelerated ? Bandwidth<Lanes512<float>>(team, memory, bytes, duration)
                : Vector256.IsHardwareAccelerated ? Bandwidth<Lanes256<float>>(team, memory, bytes, duration)
                : Bandwidth<Lanes128<float>>(team, memory, bytes, duration));
        }
        return Roof.From(backend.Info.Kind, $"{backend.Info.Name}, {SimdWidth.Name}", team.Threads, Arithmetic(team, memory, duration), bandwidth);
    }

    private static List<ArithmeticRate> Arithmetic(ThreadTeam team, HostMemory memory, TimeSpan duration)
    {
        List<ArithmeticRate> rates =
        [
            MultiplyAdd<Lane<float>>("scalar multiply-add", team, memory, duration),
            MultiplyAdd<Lanes128<float>>("128-bit multiply-add", team, memory, duration),
        ];
        if (Vector256.IsHardwareAccelerated) rates.Add(MultiplyAdd<Lanes256<float>>("256-bit multiply-add", team, memory, duration));
        if (Vector512.IsHardwareAccelerated) rates.Add(MultiplyAdd<Lanes512<float>>("512-bit multiply-add", team, memory, duration));
        double words = Rate(team, new WordCountLoop { Source = (ulong*)memory.Data, Sink = memory.Sink }, duration);
        rates.Add(new("64-bit population count", ArithmeticKind.PopulationCount, words));
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported)
        {
            double vectors = Rate(team, new NibbleTableLoop { Source = (ulong*)memory.Data, Sink = memory.Sink }, duration);
            rates.Add(new("512-bit population count", ArithmeticKind.PopulationCount, vectors));
        }
        return rates;
    }

    private static ArithmeticRate MultiplyAdd<TLanes>(string name, ThreadTeam team, HostMemory memory, TimeSpan duration)
        where TLanes : struct, ILanes<TLanes, float> =>
        new(name, ArithmeticKind.MultiplyAdd, Rate(team, new MultiplyAddLoop<TLanes> { Sink = memory.Sink }, duration));

    private static BandwidthPoint Bandwidth<TLanes>(ThreadTeam team, HostMemory memory, long bytes, TimeSpan duration)
        where TLanes : struct, ILanes<TLanes, float>
    {
        nint all = HostMemory.Share(team.Threads, bytes), half = HostMemory.Share(team.Threads, bytes / 2);
        float* data = memory.Data, other = memory.Data + half * team.Threads;
        double read = Read<TLanes>(team, memory, bytes, duration);
        double copy = Math.Max(
            Rate(team, new CopyLoop<TLanes> { Source = data, Destination = other, Share = half }, duration),
            Rate(team, new LibraryCopyLoop { Source = data, Destination = other, Share = half }, duration));
        double fill = Math.Max(
            Rate(team, new FillLoop<TLanes> { Destination = data, Share = all }, duration),
            Rate(team, new LibraryClearLoop { Destination = data, Share = all }, duration));
        return new BandwidthPoint(bytes, read, copy, fill);
    }

    private static double Read<TLanes>(ThreadTeam team, HostMemory memory, long bytes, TimeSpan duration)
        where TLanes : struct, ILanes<TLanes, float> =>
        Rate(team, new ReadLoop<TLanes> { Source = memory.Data, Sink = memory.Sink, Share = HostMemory.Share(team.Threads, bytes) }, duration);

    // The best sample: a roof is what the machine can do, not what it did while something else ran.
    private static double Rate<TLoop>(ThreadTeam team, TLoop loop, TimeSpan duration)
        where TLoop : struct, IHostLoop
    {
        loop.Passes = 1;
        while (Best(team, ref loop, TimeSpan.Zero) < SampleSeconds) loop.Passes *= 2;
        double best = Best(team, ref loop, duration);
        return loop.Work * loop.Passes * team.Threads / best * 1e-9;
    }

    private static double Best<TLoop>(ThreadTeam team, ref TLoop loop, TimeSpan duration)
        where TLoop : struct, IHostLoop
    {
        double best = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        for (int sample = 0; sample < LeastSamples || Stopwatch.GetElapsedTime(start) < duration; sample++)
            best = Math.Min(best, Sample(team, ref loop));
        return best;
    }

    private static double Sample<TLoop>(ThreadTeam team, ref TLoop loop)
        where TLoop : struct, IHostLoop
    {
        long start = Stopwatch.GetTimestamp();
        team.For(team.Threads, ref loop);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
