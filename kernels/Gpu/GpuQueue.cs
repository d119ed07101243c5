using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// One accelerator and the in-order stream on which everything runs, with a second one for copies that run beside it: what launchers need to
/// compile and to launch. An error of the driver loses the device: from then on every call fails at once. Used by one thread at a time.
/// </summary>
public sealed class GpuQueue : IDisposable
{
    private readonly List<string> _compiled = [];
    private string? _failure, _loss;
    private bool _disposed;
    private long _allocated;
    private AcceleratorStream? _copyStream;

    /// <summary>Opens a stream on an accelerator, which stays the caller's.</summary>
    public GpuQueue(Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        Accelerator = accelerator;
        Stream = accelerator.CreateStream();
        Scratch = new ScratchMemory(this);
        Staging = new StagingRing(this);
        Limits = DeviceLimits.Of(accelerator);
        GroupSize = GroupReduce.MaxGroupSize;
        while (GroupSize > accelerator.MaxNumThreadsPerGroup) GroupSize /= 2;
        UsesWideTiles = Tile16.Threads * Tile16.Threads <= accelerator.MaxNumThreadsPerGroup;
    }

    /// <summary>The device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The stream of every launch, and of the copies that are in order with them.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>Memory for intermediate results of one call.</summary>
    public ScratchMemory Scratch { get; }

    /// <summary>Threads of a group in kernels without a tile: a power of two up to 256, less where the device takes less.</summary>
    public int GroupSize { get; }

    /// <summary>What products may round their factors to.</summary>
    public ProductMath ProductMath { get; set; } = ProductMath.Fp32;

    /// <summary>What was tuned for a class of problems of an operation on this device, or null.</summary>
    public Func<string, string, KernelChoice?> Tuned { get; set; } = (_, _) => null;

    /// <summary>Names of the kernels compiled so far, as in <see cref="GpuKernel"/>.</summary>
    public IReadOnlyList<string> CompiledKernels => _compiled;

    /// <summary>The driver has failed; what the device holds is not to be relied on.</summary>
    public bool IsLost => _loss is not null;

    /// <summary>The way between the host's memory and the device's.</summary>
    public StagingRing Staging { get; }

    /// <summary>Tiled kernels run with 16 x 16 threads, not 4 x 4.</summary>
    internal bool UsesWideTiles { get; }

    /// <summary>Why a group cannot be launched, as the end of a sentence, or null.</summary>
    internal string? TooManyThreads(int groupSize) => groupSize > Accelerator.MaxNumThreadsPerGroup
        ? $"it needs groups of {groupSize} threads; {Accelerator.Name} takes {Accelerator.MaxNumThreadsPerGroup}"
        : null;

    /// <summary>Why there are no tensor cores, as the end of a sentence, or null: on CUDA, inline PTX for them needs sm_80. Elsewhere threads do their work.</summary>
    internal string? WhyNoTensorCores => Accelerator is CudaAccelerator cuda && cuda.Architecture.Major < 8
        ? $"it needs the tensor cores of sm_80; {Accelerator.Name} is {cuda.Architecture}"
        : null;

    /// <summary>What a launch may ask for.</summary>
    internal DeviceLimits Limits { get; set; }

    /// <summary>The stream of copies beside the work; ordered with it by events alone.</summary>
    internal AcceleratorStream CopyStream => _copyStream ??= Accelerator.CreateStream();

    /// <summary>For tests: told what is asked of the driver, it gives the error that the driver then makes, or null.</summary>
    internal Func<string, AcceleratorException?>? Fault { get; set; }

    /// <summary>It is a CPU that speaks OpenCL: a core runs the threads of a group in turn, so that barriers and shared memory only cost.</summary>
    public bool RunsOnCpu => Accelerator is CLAccelerator { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU };

    /// <summary>Makes the device current on the calling thread: CUDA keeps a current context per thread.</summary>
    /// <exception cref="DeviceLostException">The device failed before.</exception>
    public void Bind()
    {
        if (_loss is not null) throw new DeviceLostException(_loss, null);
        Accelerator.Bind();
    }

    /// <summary>Allocates memory of the device, at least one byte, not zeroed.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="purpose">What for, as in "scratch memory of Gemm", where it is not a caller's own buffer.</param>
    /// <exception cref="InsufficientMemoryException">The device has less; the message gives both numbers.</exception>
    /// <exception cref="DeviceLostException">The device failed, now or before.</exception>
    public MemoryBuffer Allocate(long bytes, string? purpose = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        long free = -1;
        try
        {
            Enter("an allocation");
            free = Accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : Accelerator.MemorySize - _allocated;
            if (bytes > free) throw new InsufficientMemoryException(Insufficient(bytes, free, purpose));
            MemoryBuffer buffer = Accelerator.AllocateRaw(Math.Max(bytes, 1), 1);
            _allocated += buffer.LengthInBytes;
            return buffer;
        }
        catch (AcceleratorException e)
        {
            throw RefusalOrLoss(e, "an allocation", Insufficient(bytes, free, purpose));
        }
    }

    /// <summary>Queues zeros for all of a buffer.</summary>
    /// <exception cref="DeviceLostException">The device failed, now or before.</exception>
    public void Clear(MemoryBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        try
        {
            Enter("clearing memory");
            new ArrayView<byte>(buffer, 0, buffer.LengthInBytes).MemSetToZero(Stream);
        }
        catch (AcceleratorException e)
        {
            throw Lost(e, "clearing memory");
        }
    }

    /// <summary>
    /// Frees memory once the work queued is done with it. After <see cref="Dispose"/>, or on a lost device, it does nothing: the accelerator frees
    /// what is left.
    /// </summary>
    public void Free(MemoryBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (_disposed || _loss is not null) return;
        Synchronize();
        _allocated -= buffer.LengthInBytes;
        Release(buffer);
    }

    /// <summary>Waits for all work queued, copies beside it included.</summary>
    /// <exception cref="DeviceLostException">The device failed, now or before.</exception>
    public void Synchronize()
    {
        try
        {
            Enter("waiting");
            Stream.Synchronize();
            _copyStream?.Synchronize();
        }
        catch (AcceleratorException e)
        {
            throw Lost(e, "waiting");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        if (_loss is null)
        {
            // What is still running may use what is freed here. A failure is no news to who closes the device.
            try
            {
                Synchronize();
            }
            catch (DeviceLostException)
            {
            }
        }
        Scratch.Dispose();
        Staging.Dispose();
        if (_copyStream is not null) Release(_copyStream);
        Release(Stream);
        _disposed = true;
    }

    /// <summary>
    /// Compiles a kernel. A kernel that fails leaves ILGPU's context unusable (later valid kernels fail too), so the first failure is remembered
    /// and every later call repeats it.
    /// </summary>
    /// <exception cref="InvalidOperationException">This kernel, or one before it, did not compile.</exception>
    /// <exception cref="DeviceLostException">The device failed, now or before.</exception>
    internal Action<AcceleratorStream, KernelConfig, TOperands> Compile<TOperands>(Action<TOperands> method, int groupSize)
        where TOperands : struct
    {
        if (_failure is not null) throw new InvalidOperationException(_failure);
        Bind();
        string name = GpuKernels.NameOf(method.Method);
        try
        {
            Enter($"compiling {name}");
            Action<AcceleratorStream, KernelConfig, TOperands> launch = Accelerator.LoadKernel(method, new KernelSpecialization(groupSize, null));
            _compiled.Add(name);
            return launch;
        }
        catch (Exception e)
        {
            // What work queued before did to the device is told by the next call of the driver, and it may be this one.
            Synchronize();
            _failure = $"kernel {name} does not compile for {Accelerator.Name}: {e.GetBaseException().Message}";
            throw new InvalidOperationException(_failure, e);
        }
    }

    /// <summary>Begins a call of the driver.</summary>
    /// <param name="what">What is asked of it.</param>
    /// <exception cref="DeviceLostException">The device failed before.</exception>
    /// <exception cref="AcceleratorException">A test wants this call to fail.</exception>
    internal void Enter(string what)
    {
        Bind();
        if (Fault?.Invoke(what) is { } fault) throw fault;
    }

    /// <summary>Remembers that the device is lost.</summary>
    /// <param name="error">What the driver said.</param>
    /// <param name="what">What was asked of it.</param>
    /// <returns>What to throw.</returns>
    internal DeviceLostException Lost(AcceleratorException error, string what)
    {
        _loss ??= $"{Accelerator.Name} failed at {what} and cannot be used any more: {DriverErrors.Describe(error)}.";
        return new DeviceLostException(_loss, error);
    }

    /// <summary>Tells a request that the driver refuses, after which work goes on, from a device that is lost.</summary>
    /// <param name="error">What the driver said.</param>
    /// <param name="what">What was asked of it.</param>
    /// <param name="refusal">The message if it is a refusal.</param>
    /// <returns>What to throw.</returns>
    internal Exception RefusalOrLoss(AcceleratorException error, string what, string refusal)
    {
        if (_loss is null && !DriverErrors.IsRefusal(error)) return Lost(error, what);
        return _loss is null ? new InsufficientMemoryException(refusal, error) : new DeviceLostException(_loss, error);
    }

    /// <summary>Frees an object of the driver; of a lost device as far as it goes.</summary>
    internal void Release(IDisposable resource)
    {
        if (_disposed) return;
        try
        {
            Accelerator.Bind();
            resource.Dispose();
        }
        catch (AcceleratorException e)
        {
            Lost(e, "freeing");
        }
    }

    private string Insufficient(long bytes, long free, string? purpose) =>
        $"{bytes} bytes {(purpose is null ? "" : $"of {purpose} ")}were asked of {Accelerator.Name}, "
        + $"which has {free} of {Accelerator.MemorySize} free.";
}
