using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

public sealed partial class HostBackend
{
    /// <inheritdoc/>
    public void Gemm(in GemmProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> bias, DeviceSpan<float> c) =>
        Host.Gemm.Run(problem, Span(a), Span(b), Span(bias), Span(c), _team);

    /// <inheritdoc/>
    public void ReduceColumns(in ReduceProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.ReduceColumns.Run(problem, Span(x), Span(y), _team);

    /// <inheritdoc/>
    public void ConvolutionForward(
        in ConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> w, DeviceSpan<float> bias, DeviceSpan<float> y) =>
        _convolution.Forward(problem, Span(x), Span(w), Span(bias), Span(y));

    /// <inheritdoc/>
    public PreparedFilters PrepareFilters(in ConvolutionProblem problem, DeviceSpan<float> w) => new HostPreparedFilters(this, _convolution, problem, w);

    /// <inheritdoc/>
    public void ConvolutionForward(
        in ConvolutionProblem problem, DeviceSpan<float> x, PreparedFilters filters, DeviceSpan<float> bias, DeviceSpan<float> y)
    {
        filters.RequireFor(problem);
        if (filters is not HostPreparedFilters laidOut)
        {
            ConvolutionForward(problem, x, filters.Values, bias, y);
            return;
        }
        laidOut.Follow();
        _convolution.Forward(problem, laidOut.Variant, Span(x), Span(filters.Values), laidOut.Prepared, Span(bias), Span(y));
    }

    /// <inheritdoc/>
    public void ConvolutionBackwardData(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> w, DeviceSpan<float> dx) =>
        _convolution.BackwardData(problem, Span(dy), Span(w), Span(dx));

    /// <inheritdoc/>
    public void ConvolutionBackwardWeights(
        in ConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dw) =>
        _convolution.BackwardWeights(problem, Span(x), Span(dy), Span(dw));

    /// <inheritdoc/>
    public void ConvolutionBackwardBias(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> db) =>
        _convolution.BackwardBias(problem, Span(dy), Span(db));
}
