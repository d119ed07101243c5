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
    private string _name = "";
    private int _groupSize, _mostGroups;

    /// <summary>One thread for each of <paramref name="threads"/> elements, rounded up to whole groups: the kernel checks its range.</summary>
    /// <exception cref="ArgumentException">There are more than a kernel can number, or than the device takes.</exception>
    public void LaunchThreads(long threads, in TOperands operands)
    {
        // Numbers of threads are ints: those beyond would take themselves for padding and leave their elements as they are.
        if (threads > int.MaxValue)
            throw new ArgumentException($"{GpuKernels.NameOf(method.Method)} needs {threads} threads; a launch numbers {int.MaxValue}.");
        LaunchGroups((threads + queue.GroupSize - 1) / queue.GroupSize, operands);
    }

    /// <summary>Groups of the queue's usual size.</summary>
    /// <exception cref="ArgumentException">The device takes fewer.</exception>
    public void LaunchGroups(long groups, in TOperands operands) => Launch(groups, queue.GroupSize, operands);

    /// <summary>Groups of a size that does not change from launch to launch.</summary>
    /// <exception cref="ArgumentException">The device takes fewer or smaller ones, or has less shared memory.</exception>
    /// <exception cref="DeviceLostException">The device failed, now or before.</exception>
    public void Launch(long groups, int groupSize, in TOperands operands)
    {
        Prepare(groups, groupSize);
        Queue(new Index3D((int)groups, 1, 1), operands);
    }

    /// <summary>A grid of groups of a size that does not change from launch to launch.</summary>
    /// <exception cref="ArgumentException">The device takes fewer or smaller ones, or has less shared memory.</exception>
    /// <exception cref="DeviceLostException">The device failed, now or before.</exception>
    public void Launch(Index3D groups, int groupSize, in TOperands operands)
    {
        Prepare(groups.X, groupSize);
        int across = Math.Max(groups.Y, groups.Z);
        if (across > TileGrid.MaxGroups) throw queue.Limits.Exceeded(_name, $"{across} groups along an axis of the grid", TileGrid.MaxGroups);
        Queue(groups, operands);
    }

    private void Queue(Index3D groups, in TOperands operands)
    {
        if (groups.X == 0 || groups.Y == 0 || groups.Z == 0) return;
        try
        {
            queue.Enter(_name);
            _launch!(queue.Stream, new KernelConfig(groups, new Index3D(_groupSize, 1, 1)), operands);
        }
        catch (AcceleratorException e)
        {
            throw queue.Lost(e, _name);
        }
    }

    private void Prepare(long groups, int groupSize)
    {
        if (_launch is null || groupSize != _groupSize)
        {
            Action<AcceleratorStream, KernelConfig, TOperands> launch = _launch ?? queue.Compile(method, groupSize);
            _name = GpuKernels.NameOf(method.Method);
            _mostGroups = queue.Limits.MostGroups(_name, groupSize, launch);
            (_launch, _groupSize) = (launch, groupSize);
        }
        if (groups > _mostGroups) throw queue.Limits.Exceeded(_name, $"{groups} groups of {groupSize} threads", _mostGroups);
    }
}

/// <summary>A kernel in its two tile sizes, of which the device decides one.</summary>
internal sealed class TiledKernel<TOperands>(GpuQueue queue, Action<TOperands> wide, Action<TOperands> narrow)
    where TOperands : struct
{
    private readonly Kernel<TOperands> _kernel = new(queue, queue.UsesWideTiles ? wide : narrow);

    /// <summary>Results along each side of a tile.</summary>
    public static int Side(GpuQueue queue) => TiledProduct.Register * ThreadsOfSide(queue);

    /// <summary>The tiles that cover <paramref name="batches"/> results of <paramref name="m"/> rows and <paramref name="n"/> columns.</summary>
    public void Launch(int m, int n, int batches, in TOperands operands)
    {
        int threads = ThreadsOfSide(queue), side = Side(queue);
        long tiles = (long)Blocks.Covering(m, side) * Blocks.Covering(n, side) * batches;
        _kernel.Launch(tiles, threads * threads, operands);
    }

    private static int ThreadsOfSide(GpuQueue queue) => queue.UsesWideTiles ? Tile16.Threads : Tile4.Threads;
}
