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
        Host.Convolution.Forward(problem, Span(x), Span(w), Span(bias), Span(y), _team);

    /// <inheritdoc/>
    public void ConvolutionBackwardData(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> w, DeviceSpan<float> dx) =>
        Host.Convolution.BackwardData(problem, Span(dy), Span(w), Span(dx), _team);

    /// <inheritdoc/>
    public void ConvolutionBackwardWeights(
        in ConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dw) =>
        Host.Convolution.BackwardWeights(problem, Span(x), Span(dy), Span(dw), _team);

    /// <inheritdoc/>
    public void ConvolutionBackwardBias(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> db) =>
        Host.Convolution.BackwardBias(problem, Span(dy), Span(db), _team);
}
