using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Filters packed or transformed as one variant of the host's convolution reads them, in memory of their own.</summary>
internal sealed class HostPreparedFilters : PreparedFilters
{
    private readonly HostBackend _backend;
    private readonly Host.Convolution _convolution;
    private DeviceBuffer? _memory;

    /// <summary>Lays filters out.</summary>
    /// <exception cref="ArgumentException">The length differs from the problem's.</exception>
    /// <exception cref="InsufficientMemoryException">The host has too little memory.</exception>
    public HostPreparedFilters(HostBackend backend, Host.Convolution convolution, in ConvolutionProblem problem, DeviceSpan<float> values)
        : base(problem, values)
    {
        (_backend, _convolution) = (backend, convolution);
        Refresh();
    }

    /// <summary>The variant they are laid out for.</summary>
    public int Variant { get; private set; }

    /// <summary>The filters laid out; empty where the variant reads them as they are.</summary>
    public ReadOnlySpan<float> Prepared => _memory is null ? default : HostBackend.Span(_memory.As<float>());

    /// <inheritdoc/>
    public override void Refresh() => LayOut(_convolution.PreparedVariant(Problem));

    /// <summary>Lays them out again if another variant is to be used by now.</summary>
    public void Follow()
    {
        int variant = _convolution.PreparedVariant(Problem);
        if (variant != Variant) LayOut(variant);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _memory?.Dispose();
        base.Dispose(disposing);
    }

    private void LayOut(int variant)
    {
        long length = Host.Convolution.PreparedLength(Problem, variant);
        // What no span can hold is read as it is.
        if (length > int.MaxValue) length = 0;
        if (_memory is null || _memory.Bytes != length * sizeof(float))
        {
            _memory?.Dispose();
            _memory = null;
            if (length > 0) _memory = _backend.Allocate(length * sizeof(float));
        }
        if (_memory is not null) _convolution.Prepare(Problem, variant, HostBackend.Span(Values), HostBackend.Span(_memory.As<float>()));
        Variant = variant;
    }
}
