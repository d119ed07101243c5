using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// What a backend computes on activations whose channels lie together, [N,H,W,C], for plans for inference. Optional: a backend whose device does better on
/// planes does not implement it, and its plans keep them. Operations that do not know of channels, such as <see cref="IBackend.Add"/>, serve both orders.
/// </summary>
public interface IChannelsLast
{
    /// <summary>The convolution is among those that are computed.</summary>
    bool Computes(in ChannelsLastConvolutionProblem problem);

    /// <summary>
    /// y = conv(x, w) + bias + added, rectified if the problem says so. Overwrites what of y belongs to the problem. bias and added are empty when the problem has
    /// none.
    /// </summary>
    void ChannelsLastConvolution(
        in ChannelsLastConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> w, DeviceSpan<float> bias, DeviceSpan<float> added, DeviceSpan<float> y);

    /// <summary>Lays filters out for many passes, as <see cref="IBackend.PrepareFilters"/> does.</summary>
    /// <exception cref="ArgumentException">The length of w differs from the problem's.</exception>
    /// <exception cref="InsufficientMemoryException">The device has too little memory.</exception>
    PreparedFilters PrepareFilters(in ChannelsLastConvolutionProblem problem, DeviceSpan<float> w) => new(problem.Convolution, w);

    /// <summary>As the other overload, by filters that this backend has prepared for the problem.</summary>
    /// <exception cref="ArgumentException">The filters were prepared for another problem.</exception>
    void ChannelsLastConvolution(
        in ChannelsLastConvolutionProblem problem, DeviceSpan<float> x, PreparedFilters filters, DeviceSpan<float> bias, DeviceSpan<float> added, DeviceSpan<float> y)
    {
        filters.RequireFor(problem.Convolution);
        ChannelsLastConvolution(problem, x, filters.Values, bias, added, y);
    }

    /// <summary>y[N,OH,OW,C] = the maximum of x[N,H,W,C] under each window. Overwrites y.</summary>
    void ChannelsLastMaxPooling(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);

    /// <summary>y[N,C] = the mean of x[N,S,C]. Overwrites y.</summary>
    void ChannelsLastGlobalPooling(in GlobalPoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);
}
