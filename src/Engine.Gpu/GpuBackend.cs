using ILGPU;
using ILGPU.Runtime;
using JaccardKernels.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine.Gpu;

/// <summary>
/// The seam over the ILGPU kernels, on CUDA or OpenCL. All work goes through one in-order stream; calls return once queued. A kernel is compiled at
/// its first use, so the first call of each operation is slow. A kernel that does not compile is fatal to the backend: every later first use
/// repeats its message. So is an error of the driver: every later call is a <see cref="DeviceLostException"/> with the same line. What exceeds the
/// device is an <see cref="ArgumentException"/> with the number and the limit, before anything is launched. Disposing the backend frees its
/// buffers too.
/// </summary>
public sealed partial class GpuBackend : IBackend
{
    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly GpuQueue _queue;
    private readonly Gemm _gemm;
    private readonly ReduceColumns _reduceColumns;
    private readonly Fill _fill;
    private readonly Copy _copy;

    /// <summary>Opens an accelerator and passes its self-test; the context and the accelerator are the backend's from here on.</summary>
    internal GpuBackend(Context context, Accelerator accelerator, BackendInfo info)
    {
        (_context, _accelerator, _queue, Info) = (context, accelerator, new GpuQueue(accelerator), info);
        (_gemm, _reduceColumns, _fill, _copy) = (new(_queue), new(_queue), new(_queue), new(_queue));
        (_convolution, _maxPooling, _averagePooling, _globalPooling) = (new(_queue), new(_queue), new(_queue), new(_queue));
        (_relu, _tanh, _add, _concatenate, _dropout) = (new(_queue), new(_queue), new(_queue), new(_queue), new(_queue));
        (_batchNormalization, _softmaxCrossEntropy, _squaredDistance) = (new(_queue), new(_queue), new(_queue));
        (_localResponseNormalization, _coordinateChannels, _relationSum) = (new(_queue), new(_queue), new(_queue, _reduceColumns));
        (_countSimilarity, _setSimilarity, _tripletLoss, _batchAllTripletLoss) = (new(_queue), new(_queue), new(_queue), new(_queue));
        (_similarityTopK, _logRatioLoss, _pairwiseSimilarityLoss, _cosineCrossEntropy) = (new(_queue), new(_queue), new(_queue), new(_queue));
        (_signQuantization, _hammingDistance, _hammingTopK, _momentumSgd, _adam) = (new(_queue), new(_queue), new(_queue), new(_queue), new(_queue));
        (_quantizationLoss, _compositeEncoding, _lookupDistance, _lookupTopK) = (new(_queue), new(_queue, _gemm), new(_queue), new(_queue));
        Ladders =
        [
            _gemm.Ladder, .. _convolution.Ladders, _countSimilarity.Ladder, _setSimilarity.Ladder, _similarityTopK.CountLadder,
            _similarityTopK.SetLadder, _tripletLoss.Ladder, _batchAllTripletLoss.Ladder, _hammingTopK.Ladder,
            _compositeEncoding.Ladder, _lookupTopK.Ladder,
            _relationSum.ForwardLadder, _relationSum.BackwardLadder,
        ];
        TuningKeys = KeysOf(accelerator, info.Kind);
    }

    /// <inheritdoc/>
    public BackendInfo Info { get; }

    /// <inheritdoc/>
    public IReadOnlyList<KernelLadder> Ladders { get; }

    /// <inheritdoc/>
    public ProductMath ProductMath
    {
        get => _queue.ProductMath;
        set
        {
            _queue.ProductMath = value;
            foreach (KernelLadder ladder in Ladders) ladder.Forget();
        }
    }

    /// <summary>Where everything runs, for tests that look behind the seam.</summary>
    internal GpuQueue Queue => _queue;

    /// <inheritdoc/>
    public DeviceBuffer Allocate(long bytes) => new GpuBuffer(_queue, bytes);

    /// <inheritdoc/>
    public unsafe void Upload<T>(ReadOnlySpan<T> source, DeviceSpan<T> destination)
        where T : unmanaged
    {
        Guard.Length(source.Length, destination.Length);
        if (source.IsEmpty) return;
        fixed (T* start = source)
            _queue.Staging.Upload((byte*)start, Own(destination.Buffer!).Memory, destination.ByteOffset, (long)source.Length * sizeof(T));
    }

    /// <inheritdoc/>
    public unsafe void Download<T>(DeviceSpan<T> source, Span<T> destination)
        where T : unmanaged
    {
        Guard.Length(destination.Length, source.Length);
        if (destination.IsEmpty) return;
        fixed (T* start = destination)
            _queue.Staging.Download(Own(source.Buffer!).Memory, source.ByteOffset, (byte*)start, (long)destination.Length * sizeof(T));
    }

    /// <inheritdoc/>
    public void Synchronize() => _queue.Synchronize();

    /// <inheritdoc/>
    public StagedUpload StageUpload(long bytes) => new GpuStagedUpload(this, bytes);

    /// <inheritdoc/>
    public StagedDownload StageDownload(long bytes) => new GpuStagedDownload(this, bytes);

    /// <inheritdoc/>
    public void Gemm(in GemmProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> bias, DeviceSpan<float> c)
    {
        problem.Check(a.Length, b.Length, bias.Length, c.Length);
        _gemm.Run(problem, View(a), View(b), View(bias), View(c));
    }

    /// <inheritdoc/>
    public void ReduceColumns(in ReduceProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length);
        _reduceColumns.Run(problem, View(x), View(y));
    }

    /// <inheritdoc/>
    public void Fill(in ElementwiseProblem problem, float value, DeviceSpan<float> destination)
    {
        Guard.Length(destination.Length, problem.Length);
        _fill.Run(problem, value, View(destination));
    }

    /// <inheritdoc/>
    public void Copy(in ElementwiseProblem problem, DeviceSpan<float> source, DeviceSpan<float> destination)
    {
        problem.Check(source.Length, destination.Length);
        _copy.Run(problem, View(source), View(destination));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Dispose();
        try
        {
            _accelerator.Dispose();
            _context.Dispose();
        }
        catch (AcceleratorException) when (_queue.IsLost)
        {
            // The driver of a lost device may refuse even this; the loss has been told.
        }
    }

    /// <summary>A buffer as this backend's.</summary>
    /// <exception cref="ArgumentException">The memory is another backend's.</exception>
    internal GpuBuffer Own(DeviceBuffer buffer)
    {
        if (buffer is GpuBuffer own && own.Queue == _queue) return own;
        throw new ArgumentException($"an operand lies in the memory of another backend, not in that of {Info.Name}.", nameof(buffer));
    }

    /// <summary>An operand as a kernel takes it; the empty span as the empty view.</summary>
    /// <exception cref="ArgumentException">The memory is another backend's.</exception>
    private ArrayView<T> View<T>(DeviceSpan<T> span)
        where T : unmanaged => span.IsEmpty ? default : Own(span.Buffer!).View<T>(span.ByteOffset, span.Length);
}
