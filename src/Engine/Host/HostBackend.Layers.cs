using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

public sealed partial class HostBackend
{
    /// <inheritdoc/>
    public void MaxPoolingForward(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y, DeviceSpan<int> indices) =>
        Host.MaxPooling.Forward(problem, Span(x), Span(y), Span(indices), _team);

    /// <inheritdoc/>
    public void MaxPoolingBackward(in PoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<int> indices, DeviceSpan<float> dx) =>
        Host.MaxPooling.Backward(problem, Span(dy), Span(indices), Span(dx), _team);

    /// <inheritdoc/>
    public void AveragePoolingForward(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.AveragePooling.Forward(problem, Span(x), Span(y), _team);

    /// <inheritdoc/>
    public void AveragePoolingBackward(in PoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<float> dx) =>
        Host.AveragePooling.Backward(problem, Span(dy), Span(dx), _team);

    /// <inheritdoc/>
    public void GlobalPoolingForward(in GlobalPoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.GlobalPooling.Forward(problem, Span(x), Span(y), _team);

    /// <inheritdoc/>
    public void GlobalPoolingBackward(in GlobalPoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<float> dx) =>
        Host.GlobalPooling.Backward(problem, Span(dy), Span(dx), _team);

    /// <inheritdoc/>
    public void ReluForward(in ReluProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.Relu.Forward(problem, Span(x), Span(y), _team);

    /// <inheritdoc/>
    public void ReluBackward(in ReluProblem problem, DeviceSpan<float> dy, DeviceSpan<float> y, DeviceSpan<float> dx) =>
        Host.Relu.Backward(problem, Span(dy), Span(y), Span(dx), _team);

    /// <inheritdoc/>
    public void TanhForward(in ElementwiseProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.Tanh.Forward(problem, Span(x), Span(y), _team);

    /// <inheritdoc/>
    public void TanhBackward(in ElementwiseProblem problem, DeviceSpan<float> dy, DeviceSpan<float> y, DeviceSpan<float> dx) =>
        Host.Tanh.Backward(problem, Span(dy), Span(y), Span(dx), _team);

    /// <inheritdoc/>
    public void Add(in ElementwiseProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> y) =>
        Host.Add.Run(problem, Span(a), Span(b), Span(y), _team);

    /// <inheritdoc/>
    public void ConcatenateForward(in ConcatenateProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> y) =>
        Host.Concatenate.Forward(problem, Span(a), Span(b), Span(y), _team);

    /// <inheritdoc/>
    public void ConcatenateBackward(in ConcatenateProblem problem, DeviceSpan<float> dy, DeviceSpan<float> da, DeviceSpan<float> db) =>
        Host.Concatenate.Backward(problem, Span(dy), Span(da), Span(db), _team);

    /// <inheritdoc/>
    public void Dropout(in DropoutProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.Dropout.Run(problem, Span(x), Span(y), _team);

    /// <inheritdoc/>
    public void BatchNormalizationForward(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta,
        DeviceSpan<float> runningMean, DeviceSpan<float> runningVariance, DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation,
        DeviceSpan<float> y) =>
        Host.BatchNormalization.Forward(
            problem, Span(x), Span(gamma), Span(beta), Span(runningMean), Span(runningVariance), Span(mean), Span(inverseDeviation),
            Span(y), _team);

    /// <inheritdoc/>
    public void BatchNormalizationInference(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta,
        DeviceSpan<float> runningMean, DeviceSpan<float> runningVariance, DeviceSpan<float> y) =>
        Host.BatchNormalization.Inference(
            problem, Span(x), Span(gamma), Span(beta), Span(runningMean), Span(runningVariance), Span(y), _team);

    /// <inheritdoc/>
    public void BatchNormalizationBackward(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> gamma, DeviceSpan<float> mean,
        DeviceSpan<float> inverseDeviation, DeviceSpan<float> dgamma, DeviceSpan<float> dbeta, DeviceSpan<float> dx) =>
        Host.BatchNormalization.Backward(
            problem, Span(x), Span(dy), Span(gamma), Span(mean), Span(inverseDeviation), Span(dgamma), Span(dbeta), Span(dx), _team);

    /// <inheritdoc/>
    public void BatchRenormalizationForward(
        in BatchRenormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta, DeviceSpan<float> runningMean,
        DeviceSpan<float> runningVariance, DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation, DeviceSpan<float> corrections, DeviceSpan<float> y) =>
        Host.BatchNormalization.RenormalizeForward(
            problem, Span(x), Span(gamma), Span(beta), Span(runningMean), Span(runningVariance), Span(mean), Span(inverseDeviation),
            Span(corrections), Span(y), _team);

    /// <inheritdoc/>
    public void BatchRenormalizationBackward(
        in BatchRenormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> gamma, DeviceSpan<float> mean,
        DeviceSpan<float> inverseDeviation, DeviceSpan<float> corrections, DeviceSpan<float> dgamma, DeviceSpan<float> dbeta, DeviceSpan<float> dx) =>
        Host.BatchNormalization.RenormalizeBackward(
            problem, Span(x), Span(dy), Span(gamma), Span(mean), Span(inverseDeviation), Span(corrections), Span(dgamma), Span(dbeta), Span(dx),
            _team);

    /// <inheritdoc/>
    public void LocalResponseNormalizationForward(in LocalResponseNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.LocalResponseNormalization.Forward(problem, Span(x), Span(y), _team);

    /// <inheritdoc/>
    public void LocalResponseNormalizationBackward(
        in LocalResponseNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dx) =>
        Host.LocalResponseNormalization.Backward(problem, Span(x), Span(dy), Span(dx), _team);

    /// <inheritdoc/>
    public void CoordinateChannels(in CoordinateChannelsProblem problem, DeviceSpan<float> x, DeviceSpan<float> y) =>
        Host.CoordinateChannels.Run(problem, Span(x), Span(y), _team);

    /// <inheritdoc/>
    public void RelationSumForward(
        in RelationSumProblem problem, DeviceSpan<float> objects, DeviceSpan<float> context, DeviceSpan<float> weights, DeviceSpan<float> bias,
        DeviceSpan<float> y) =>
        Host.RelationSum.Forward(problem, Span(objects), Span(context), Span(weights), Span(bias), Span(y), _team);

    /// <inheritdoc/>
    public void RelationSumBackward(
        in RelationSumProblem problem, DeviceSpan<float> objects, DeviceSpan<float> context, DeviceSpan<float> weights, DeviceSpan<float> bias,
        DeviceSpan<float> dy, DeviceSpan<float> dobjects, DeviceSpan<float> dcontext, DeviceSpan<float> dweights, DeviceSpan<float> dbias) =>
        Host.RelationSum.Backward(
            problem, Span(objects), Span(context), Span(weights), Span(bias), Span(dy), Span(dobjects), Span(dcontext), Span(dweights), Span(dbias),
            _team);

    /// <inheritdoc/>
    public void Fill(in ElementwiseProblem problem, float value, DeviceSpan<float> destination) =>
        Host.Fill.Run(problem, value, Span(destination), _team);

    /// <inheritdoc/>
    public void Copy(in ElementwiseProblem problem, DeviceSpan<float> source, DeviceSpan<float> destination) =>
        Host.Copy.Run(problem, Span(source), Span(destination), _team);
}
