using JaccardKernels.Engine;
using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Cases;

/// <content>Channels that lie together.</content>
public partial class ReferenceBackend : IChannelsLast
{
    /// <inheritdoc/>
    public bool Computes(in ChannelsLastConvolutionProblem problem) => true;

    /// <inheritdoc/>
    public void ChannelsLastConvolution(
        in ChannelsLastConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> w, DeviceSpan<float> bias, DeviceSpan<float> added, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        ChannelsLast.Convolution(problem, RealValues.Read(x), RealValues.Read(w), RealValues.Read(bias), RealValues.Read(added), yValues.Span);
    }

    /// <inheritdoc/>
    public void ChannelsLastMaxPooling(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        ChannelsLast.MaxPooling(problem, RealValues.Read(x), yValues.Span);
    }

    /// <inheritdoc/>
    public void ChannelsLastGlobalPooling(in GlobalPoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        ChannelsLast.GlobalPooling(problem, RealValues.Read(x), yValues.Span);
    }
}
