using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Filters as a variant of the host's convolution of channels that lie together reads them, in memory of their own.</summary>
internal sealed class HostChannelsLastFilters : PreparedFilters
{
    private readonly HostBackend _backend;
    private readonly Host.ChannelsLastConvolution _convolution;
    private readonly ChannelsLastConvolutionProblem _problem;
    private DeviceBuffer? _memory;

    /// <summary>Lays filters out.</summary>
    /// <exception cref="ArgumentException">The length differs from the problem's, or it cannot be computed.</exception>
    /// <exception cref="InsufficientMemoryException">The host has too little memory.</exception>
    public HostChannelsLastFilters(
        HostBackend backend, Host.ChannelsLastConvolution convolution, in ChannelsLastConvolutionProblem problem, DeviceSpan<float> values)
        : base(problem.Convolution, values)
    {
        (_backend, _convolution, _problem) = (backend, convolution, problem);
        Refresh();
    }

    /// <summary>The variant they are laid out for.</summary>
    public int Variant { get; private set; }

    /// <summary>The filters laid out.</summary>
    public ReadOnlySpan<float> Prepared => HostBackend.Span(_memory!.As<float>());

    /// <inheritdoc/>
    public override void Refresh()
    {
        Variant = _convolution.Variant(_problem);
        long bytes = Host.ChannelsLastConvolution.PreparedLength(_problem, Variant) * sizeof(float);
        if (_memory?.Bytes != bytes)
        {
            _memory?.Dispose();
            _memory = null;
            _memory = _backend.Allocate(bytes);
        }
        _convolution.Prepare(_problem, Variant, HostBackend.Span(Values), HostBackend.Span(_memory.As<float>()));
    }

    /// <summary>Lays them out again if another variant is to be used by now.</summary>
    public void Follow()
    {
        if (_convolution.Variant(_problem) != Variant) Refresh();
    }

    /// <summary>Refuses another problem than that they were prepared for.</summary>
    /// <exception cref="ArgumentException">The problems differ.</exception>
    public void RequireFor(in ChannelsLastConvolutionProblem problem)
    {
        if (problem != _problem) throw new ArgumentException($"the filters were prepared for {_problem}, not for {problem}.", nameof(problem));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _memory?.Dispose();
        base.Dispose(disposing);
    }
}
