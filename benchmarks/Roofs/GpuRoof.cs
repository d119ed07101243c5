using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Benchmarks;

/// <summary>Measures the roof of a GPU, on the stream of its backend.</summary>
internal static class GpuRoof
{
    // From what fits a cache to what fits none; a device of little memory stops at a quarter of it.
    private const long SmallestSet = 1 << 20, LargestSet = 1 << 30;
    private const double SampleSeconds = 2e-3;

    // Groups of each multiprocessor, for any to have work while others wait for memory.
    private const int GroupsPerUnit = 32;

    /// <summary>Measures.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="duration">How long to measure each rate.</param>
    public static Roof Measure(GpuBackend backend, TimeSpan duration)
    {
        GpuQueue queue = backend.Queue;
        Accelerator accelerator = queue.Accelerator;
        // A processor that speaks OpenCL is judged by what the processor can do: its compiler does not see through loops made for a GPU.
        if (queue.RunsOnCpu)
            return HostRoof.Measure(Environment.ProcessorCount, duration) with { Kind = backend.Info.Kind, Device = backend.Info.Name, Threads = 0 };
        queue.Bind();
        long largest = SmallestSet;
        while (largest < LargestSet && 2 * largest <= backend.Info.MemoryBytes / 4) largest *= 2;
        var config = new KernelConfig(GroupsPerUnit * Math.Max(accelerator.NumMultiprocessors, 1), queue.GroupSize);
        using MemoryBuffer1D<GpuLoops.Four, Stride1D.Dense> memory = accelerator.Allocate1D<GpuLoops.Four>(largest / 16);
        using MemoryBuffer1D<float, Stride1D.Dense> sink = accelerator.Allocate1D<float>(1);
        memory.MemSetToZero(queue.Stream);
        ArrayView<float> result = sink.View.BaseView;

        Action<AcceleratorStream, KernelConfig, ArrayView<float>, int> multiplyAdd =
            accelerator.LoadKernel<ArrayView<float>, int>(GpuLoops.MultiplyAdd);
        Action<AcceleratorStream, KernelConfig, ArrayView<float>, int> count =
            accelerator.LoadKernel<ArrayView<float>, int>(GpuLoops.PopulationCount);
        Action<AcceleratorStream, KernelConfig, ArrayView<GpuLoops.Four>, ArrayView<float>> read =
            accelerator.LoadKernel<ArrayView<GpuLoops.Four>, ArrayView<float>>(GpuLoops.Read);
        Action<AcceleratorStream, KernelConfig, ArrayView<GpuLoops.Four>, ArrayView<GpuLoops.Four>> copy =
            accelerator.LoadKernel<ArrayView<GpuLoops.Four>, ArrayView<GpuLoops.Four>>(GpuLoops.Copy);
        Action<AcceleratorStream, KernelConfig, ArrayView<GpuLoops.Four>> fill = accelerator.LoadKernel<ArrayView<GpuLoops.Four>>(GpuLoops.Fill);

        const int steps = 256;
        double threads = (double)config.GridDim.X * config.GroupDim.X;
        ArithmeticRate[] arithmetic =
        [
            new("multiply-add", ArithmeticKind.MultiplyAdd, threads * steps * GpuLoops.MultiplyAddFlops
                * GigarunsPerSecond(queue, duration, () => multiplyAdd(queue.Stream, config, result, steps))),
            new("64-bit population count", ArithmeticKind.PopulationCount, 3 * threads * steps * GpuLoops.CountedWords
                * GigarunsPerSecond(queue, duration, () => count(queue.Stream, config, result, steps))),
        ];
        List<BandwidthPoint> bandwidth = [];
        for (long bytes = SmallestSet; bytes <= largest; bytes *= 4)
        {
            ArrayView<GpuLoops.Four> all = memory.View.BaseView.SubView(0, bytes / 16);
            ArrayView<GpuLoops.Four> from = all.SubView(0, bytes / 32), to = all.SubView(bytes / 32);
            bandwidth.Add(new BandwidthPoint(
                bytes,
                bytes * GigarunsPerSecond(queue, duration, () => read(queue.Stream, config, all, result)),
                bytes * GigarunsPerSecond(queue, duration, () => copy(queue.Stream, config, from, to)),
                bytes * GigarunsPerSecond(queue, duration, () => fill(queue.Stream, config, all))));
        }
        return Roof.From(backend.Info.Kind, backend.Info.Name, 0, arithmetic, bandwidth);
    }

    // 10^9 runs a second, of the best sample.
    private static double GigarunsPerSecond(GpuQueue queue, TimeSpan duration, Action launch)
    {
        _ = Sample(queue, launch, 1);
        int repeats = 1;
        while (Sample(queue, launch, repeats) < SampleSeconds) repeats *= 2;
        double best = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        do best = Math.Min(best, Sample(queue, launch, repeats));
        while (Stopwatch.GetElapsedTime(start) < duration);
        return repeats / best * 1e-9;
    }

    private static double Sample(GpuQueue queue, Action launch, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) launch();
        queue.Stream.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
