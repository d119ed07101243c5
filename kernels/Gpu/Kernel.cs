using ILGPU;
using ILGPU.Runtime;

namespace JaccardKernels.Gpu;

/// <summary>
/// A kernel and its operands' type; compiled at its first launch, which takes from milliseconds (CUDA) to a second (PoCL), and kept.
/// </summary>
internal sealed class Kernel<TOperands>(GpuQueue queue, Action<TOperands> method)
    where TOperands : struct
{
    private Action<AcceleratorStream, KernelConfig, TOperands>? _launch;

    /// <summary>One thread for each of <paramref name="threads"/> elements, rounded up to whole groups: the kernel checks its range.</summary>
    public void LaunchThreads(long threads, in TOperands operands) => LaunchGroups((threads + queue.GroupSize - 1) / queue.GroupSize, operands);

    /// <summary>Groups of the queue's usual size.</summary>
    public void LaunchGroups(long groups, in TOperands operands) => Launch(groups, queue.GroupSize, operands);

    /// <summary>Groups of a size that does not change from launch to launch.</summary>
    public void Launch(long groups, int groupSize, in TOperands operands) => Launch(new Index3D(checked((int)groups), 1, 1), groupSize, operands);

    /// <summary>A grid of groups of a size that does not change from launch to launch.</summary>
    public void Launch(Index3D groups, int groupSize, in TOperands operands)
    {
        _launch ??= queue.Compile(method, groupSize);
        queue.Bind();
        _launch(queue.Stream, new KernelConfig(groups, new Index3D(groupSize, 1, 1)), operands);
    }
}

/// <summary>A kernel in its two tile sizes, of which the device decides one.</summary>
internal sealed class TiledKernel<TOperands>(GpuQueue queue, Action<TOperands> wide, Action<TOperands> narrow)
    where TOperands : struct
{
    private readonly Kernel<TOperands> _kernel = new(queue, queue.UsesWideTiles ? wide : narrow);

    /// <summary>Results along each side of a tile.</summary>
    public static int Side(GpuQueue queue) => (queue.UsesWideTiles ? Tile16.Threads : Tile4.Threads) * TiledProduct.Register;

    /// <summary>The tiles that cover <paramref name="batches"/> results of <paramref name="m"/> rows and <paramref name="n"/> columns.</summary>
    public void Launch(int m, int n, int batches, in TOperands operands)
    {
        int threads = queue.UsesWideTiles ? Tile16.Threads : Tile4.Threads, side = threads * TiledProduct.Register;
        long tiles = (long)TiledProduct.Blocks(m, side) * TiledProduct.Blocks(n, side) * batches;
        _kernel.Launch(tiles, threads * threads, operands);
    }
}
