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
        Prepare(groupSize);
        if (groups > _mostGroups) throw queue.Limits.Exceeded(_name, $"{groups} groups of {groupSize} threads", _mostGroups);
        Launch(new Index3D((int)groups, 1, 1), groupSize, operands);
    }

    /// <summary>A grid of groups of a size that does not change from launch to launch.</summary>
    /// <exception cref="ArgumentException">The device takes fewer or smaller ones, or has less shared memory.</exception>
    /// <exception cref="DeviceLostException">The device failed, now or before.</exception>
    public void Launch(Index3D groups, int groupSize, in TOperands operands)
    {
        Prepare(groupSize);
        if (groups.X > _mostGroups) throw queue.Limits.Exceeded(_name, $"{groups.X} groups of {groupSize} threads", _mostGroups);
        int across = Math.Max(groups.Y, groups.Z);
        if (across > TileGrid.MaxGroups) throw queue.Limits.Exceeded(_name, $"{across} groups along an axis of the grid", TileGrid.MaxGroups);
        if (groups.X == 0 || groups.Y == 0 || groups.Z == 0) return;
        try
        {
            queue.Enter(_name);
            _launch!(queue.Stream, new KernelConfig(groups, new Index3D(groupSize, 1, 1)), operands);
        }
        catch (AcceleratorException e)
        {
            throw queue.Lost(e, _name);
        }
    }

    private void Prepare(int groupSize)
    {
        if (_launch is not null && groupSize == _groupSize) return;
        Action<AcceleratorStream, KernelConfig, TOperands> launch = _launch ?? queue.Compile(method, groupSize);
        _name = GpuKernels.NameOf(method.Method);
        _mostGroups = queue.Limits.MostGroups(_name, groupSize, launch);
        (_launch, _groupSize) = (launch, groupSize);
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
