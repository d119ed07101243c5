using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

public sealed partial class HostBackend : IChannelsLast
{
    /// <inheritdoc/>
    public bool Computes(in ChannelsLastConvolutionProblem problem) => Host.ChannelsLastConvolution.Computes(problem);

    /// <inheritdoc/>
    public void ChannelsLastConvolution(
        in ChannelsLastConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> w, DeviceSpan<float> bias, DeviceSpan<float> added, DeviceSpan<float> y) =>
        _channelsLast.Forward(problem, Span(x), Span(w), Span(bias), Span(added), Span(y));

    /// <inheritdoc/>
    public PreparedFilters PrepareFilters(in ChannelsLastConvolutionProblem problem, DeviceSpan<float> w) =>
        new HostChannelsLastFilters(this, _channelsLast, problem, w);

    /// <inheritdoc/>
    public void ChannelsLastConvolution(
        in ChannelsLastConvolutionProblem problem, DeviceSpan<float> x, PreparedFilters filters, DeviceSpan<float> bias, DeviceSpan<float> added, DeviceSpan<float> y)
    {
        if (filters is not HostChannelsLastFilters laidOut)
            throw new ArgumentException($"the filters of {problem} were not prepared by {Info.Name} for channels that lie together.", nameof(filters));
        laidOut.RequireFor(problem);
        laidOut.Follow();
        _channelsLast.Forward(problem, laidOut.Variant, Span(x), laidOut.Prepared, Span(bias), Span(added), Span(y));
    }

    /// <inheritdoc/>
    public void ChannelsLastMaxPooling(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.ChannelsLastPooling.Maximum(problem, Span(x), Span(y), _team);

    /// <inheritdoc/>
    public void ChannelsLastGlobalPooling(in GlobalPoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.ChannelsLastPooling.Mean(problem, Span(x), Span(y), _team);
}
