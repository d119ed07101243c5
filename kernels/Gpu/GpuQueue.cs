using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// One accelerator and the one in-order stream on which everything runs: what launchers need to compile and to launch.
/// Used by one thread at a time.
/// </summary>
public sealed class GpuQueue : IDisposable
{
    private readonly List<string> _compiled = [];
    private string? _failure;
    private bool _disposed;
    private int _thread;
    private long _allocated;

    /// <summary>Opens a stream on an accelerator, which stays the caller's.</summary>
    public GpuQueue(Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        Accelerator = accelerator;
        Stream = accelerator.CreateStream();
        Scratch = new ScratchMemory(this);
        GroupSize = GroupReduce.MaxGroupSize;
        while (GroupSize > accelerator.MaxNumThreadsPerGroup) GroupSize /= 2;
        UsesWideTiles = Tile16.Threads * Tile16.Threads <= accelerator.MaxNumThreadsPerGroup;
    }

    /// <summary>The device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The stream of every launch and copy.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>Memory for intermediate results of one call.</summary>
    public ScratchMemory Scratch { get; }

    /// <summary>Threads of a group in kernels without a tile: a power of two up to 256, less where the device takes less.</summary>
    public int GroupSize { get; }

    /// <summary>What products may round their factors to.</summary>
    public ProductMath ProductMath { get; set; }

    /// <summary>What was tuned for a class of problems of an operation on this device, or null.</summary>
    public Func<string, string, KernelChoice?> Tuned { get; set; } = (_, _) => null;

    /// <summary>Names of the kernels compiled so far, as in <see cref="GpuKernel"/>.</summary>
    public IReadOnlyList<string> CompiledKernels => _compiled;

    /// <summary>Tiled kernels run with 16 x 16 threads, not 4 x 4.</summary>
    internal bool UsesWideTiles { get; }

    /// <summary>It is a CPU that speaks OpenCL: a core runs the threads of a group in turn, so that barriers and shared memory only cost.</summary>
    internal bool RunsOnCpu => Accelerator is CLAccelerator { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU };

    /// <summary>Makes the device current on the calling thread: CUDA keeps a current context per thread.</summary>
    public void Bind()
    {
        if (_thread == Environment.CurrentManagedThreadId) return;
        Accelerator.Bind();
        _thread = Environment.CurrentManagedThreadId;
    }

    /// <summary>Allocates memory of the device, at least one byte, not zeroed.</summary>
    /// <exception cref="InsufficientMemoryException">The device has less; the message gives both numbers.</exception>
    public MemoryBuffer Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bind();
        long free = Accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : Accelerator.MemorySize - _allocated;
        if (bytes > free) throw Insufficient(bytes, free, null);
        try
        {
            MemoryBuffer buffer = Accelerator.AllocateRaw(Math.Max(bytes, 1), 1);
            _allocated += buffer.LengthInBytes;
            return buffer;
        }
        catch (AcceleratorException e)
        {
            throw Insufficient(bytes, free, e);
        }
    }

    /// <summary>
    /// Frees memory once the work queued is done with it. After <see cref="Dispose"/> it does nothing: the accelerator frees what is left.
    /// </summary>
    public void Free(MemoryBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (_disposed) return;
        Bind();
        Stream.Synchronize();
        _allocated -= buffer.LengthInBytes;
        buffer.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        Bind();
        Scratch.Dispose();
        Stream.Dispose();
        _disposed = true;
    }

    /// <summary>
    /// Compiles a kernel. A kernel that fails leaves ILGPU's context unusable (later valid kernels fail too), so the first failure is remembered
    /// and every later call repeats it.
    /// </summary>
    /// <exception cref="InvalidOperationException">This kernel, or one before it, did not compile.</exception>
    internal Action<AcceleratorStream, KernelConfig, TOperands> Compile<TOperands>(Action<TOperands> method, int groupSize)
        where TOperands : struct
    {
        if (_failure is not null) throw new InvalidOperationException(_failure);
        Bind();
        try
        {
            Action<AcceleratorStream, KernelConfig, TOperands> launch = Accelerator.LoadKernel(method, new KernelSpecialization(groupSize, null));
            _compiled.Add(GpuKernels.NameOf(method.Method));
            return launch;
        }
        catch (Exception e)
        {
            _failure = $"kernel {GpuKernels.NameOf(method.Method)} does not compile for {Accelerator.Name}: {e.GetBaseException().Message}";
            throw new InvalidOperationException(_failure, e);
        }
    }

    private InsufficientMemoryException Insufficient(long bytes, long free, Exception? cause) =>
        new($"{bytes} bytes were asked of {Accelerator.Name}, which has {free} of {Accelerator.MemorySize} free.", cause);
}
