using ILGPU;
using ILGPU.Runtime;
using JaccardKernels.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine.Gpu;

/// <summary>
/// The seam over the ILGPU kernels, on CUDA or OpenCL. All work goes through one in-order stream; calls return once queued. A kernel is compiled at
/// its first use, so the first call of each operation is slow. A kernel that does not compile is fatal to the backend: every later first use
/// repeats its message. Disposing the backend frees its buffers too.
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
        (_countSimilarity, _setSimilarity, _tripletLoss, _batchAllTripletLoss) = (new(_queue), new(_queue), new(_queue), new(_queue));
        (_signQuantization, _hammingDistance, _hammingTopK, _momentumSgd, _adam) = (new(_queue), new(_queue), new(_queue), new(_queue), new(_queue));
        Ladders = [_gemm.Ladder];
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
    public void Upload<T>(ReadOnlySpan<T> source, DeviceSpan<T> destination)
        where T : unmanaged
    {
        Guard.Length(source.Length, destination.Length);
        if (source.IsEmpty) return;
        _queue.Bind();
        View(destination).CopyFromCPU(_queue.Stream, source);
        _queue.Stream.Synchronize();
    }

    /// <inheritdoc/>
    public void Download<T>(DeviceSpan<T> source, Span<T> destination)
        where T : unmanaged
    {
        Guard.Length(destination.Length, source.Length);
        if (destination.IsEmpty) return;
        _queue.Bind();
        View(source).CopyToCPU(_queue.Stream, destination);
        _queue.Stream.Synchronize();
    }

    /// <inheritdoc/>
    public void Synchronize()
    {
        _queue.Bind();
        _queue.Stream.Synchronize();
    }

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
        _accelerator.Dispose();
        _context.Dispose();
    }

    /// <summary>An operand as a kernel takes it; the empty span as the empty view.</summary>
    /// <exception cref="ArgumentException">The memory is another backend's.</exception>
    private ArrayView<T> View<T>(DeviceSpan<T> span)
        where T : unmanaged
    {
        if (span.IsEmpty) return default;
        if (span.Buffer is GpuBuffer buffer && buffer.Queue == _queue) return buffer.View<T>(span.ByteOffset, span.Length);
        throw new ArgumentException($"an operand lies in the memory of another backend, not in that of {Info.Name}.", nameof(span));
    }
}
