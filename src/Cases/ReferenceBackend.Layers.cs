using JaccardKernels.Engine;
using JaccardKernels.Problems;
using JaccardKernels.Reference;

namespace JaccardKernels.Cases;

/// <content>Layers of networks.</content>
public partial class ReferenceBackend
{
    /// <inheritdoc/>
    public void ConvolutionForward(
        in ConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> w, DeviceSpan<float> bias, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        Convolution.Forward(problem, RealValues.Read(x), RealValues.Read(w), RealValues.Read(bias), yValues.Span);
    }

    /// <inheritdoc/>
    public void ConvolutionBackwardData(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> w, DeviceSpan<float> dx)
    {
        using var dxValues = new RealValues(dx);
        Convolution.BackwardData(problem, RealValues.Read(dy), RealValues.Read(w), dxValues.Span);
    }

    /// <inheritdoc/>
    public void ConvolutionBackwardWeights(in ConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dw)
    {
        using var dwValues = new RealValues(dw);
        Convolution.BackwardWeights(problem, RealValues.Read(x), RealValues.Read(dy), dwValues.Span);
    }

    /// <inheritdoc/>
    public void ConvolutionBackwardBias(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> db)
    {
        using var dbValues = new RealValues(db);
        Convolution.BackwardBias(problem, RealValues.Read(dy), dbValues.Span);
    }

    /// <inheritdoc/>
    public void MaxPoolingForward(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y, DeviceSpan<int> indices)
    {
        using var yValues = new RealValues(y);
        MaxPooling.Forward(problem, RealValues.Read(x), yValues.Span, Span(indices));
    }

    /// <inheritdoc/>
    public void MaxPoolingBackward(in PoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<int> indices, DeviceSpan<float> dx)
    {
        using var dxValues = new RealValues(dx);
        MaxPooling.Backward(problem, RealValues.Read(dy), Span(indices), dxValues.Span);
    }

    /// <inheritdoc/>
    public void AveragePoolingForward(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        AveragePooling.Forward(problem, RealValues.Read(x), yValues.Span);
    }

    /// <inheritdoc/>
    public void AveragePoolingBackward(in PoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<float> dx)
    {
        using var dxValues = new RealValues(dx);
        AveragePooling.Backward(problem, RealValues.Read(dy), dxValues.Span);
    }

    /// <inheritdoc/>
    public void GlobalPoolingForward(in GlobalPoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        GlobalPooling.Forward(problem, RealValues.Read(x), yValues.Span);
    }

    /// <inheritdoc/>
    public void GlobalPoolingBackward(in GlobalPoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<float> dx)
    {
        using var dxValues = new RealValues(dx);
        GlobalPooling.Backward(problem, RealValues.Read(dy), dxValues.Span);
    }

    /// <inheritdoc/>
    public void ReluForward(in ReluProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        Relu.Forward(problem, RealValues.Read(x), yValues.Span);
    }

    /// <inheritdoc/>
    public void ReluBackward(in ReluProblem problem, DeviceSpan<float> dy, DeviceSpan<float> y, DeviceSpan<float> dx)
    {
        using var dxValues = new RealValues(dx);
        Relu.Backward(problem, RealValues.Read(dy), RealValues.Read(y), dxValues.Span);
    }

    /// <inheritdoc/>
    public void TanhForward(in ElementwiseProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        Tanh.Forward(problem, RealValues.Read(x), yValues.Span);
    }

    /// <inheritdoc/>
    public void TanhBackward(in ElementwiseProblem problem, DeviceSpan<float> dy, DeviceSpan<float> y, DeviceSpan<float> dx)
    {
        using var dxValues = new RealValues(dx);
        Tanh.Backward(problem, RealValues.Read(dy), RealValues.Read(y), dxValues.Span);
    }

    /// <inheritdoc/>
    public void Add(in ElementwiseProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        Reference.Add.Run(problem, RealValues.Read(a), RealValues.Read(b), yValues.Span);
    }

    /// <inheritdoc/>
    public void ConcatenateForward(in ConcatenateProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        Concatenate.Forward(problem, RealValues.Read(a), RealValues.Read(b), yValues.Span);
    }

    /// <inheritdoc/>
    public void ConcatenateBackward(in ConcatenateProblem problem, DeviceSpan<float> dy, DeviceSpan<float> da, DeviceSpan<float> db)
    {
        using var daValues = new RealValues(da);
        using var dbValues = new RealValues(db);
        Concatenate.Backward(problem, RealValues.Read(dy), daValues.Span, dbValues.Span);
    }

    /// <inheritdoc/>
    public void Dropout(in DropoutProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        Reference.Dropout.Run(problem, RealValues.Read(x), yValues.Span);
    }

    /// <inheritdoc/>
    public void BatchNormalizationForward(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta, DeviceSpan<float> runningMean,
        DeviceSpan<float> runningVariance, DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation, DeviceSpan<float> y)
    {
        using var runningMeanValues = new RealValues(runningMean);
        using var runningVarianceValues = new RealValues(runningVariance);
        using var meanValues = new RealValues(mean);
        using var inverseDeviationValues = new RealValues(inverseDeviation);
        using var yValues = new RealValues(y);
        BatchNormalization.Forward(
            problem, RealValues.Read(x), RealValues.Read(gamma), RealValues.Read(beta), runningMeanValues.Span,
            runningVarianceValues.Span, meanValues.Span, inverseDeviationValues.Span, yValues.Span);
    }

    /// <inheritdoc/>
    public void BatchNormalizationInference(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta,
        DeviceSpan<float> runningMean, DeviceSpan<float> runningVariance, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        BatchNormalization.Inference(
            problem, RealValues.Read(x), RealValues.Read(gamma), RealValues.Read(beta),
            RealValues.Read(runningMean), RealValues.Read(runningVariance), yValues.Span);
    }

    /// <inheritdoc/>
    public void BatchNormalizationBackward(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> gamma, DeviceSpan<float> mean,
        DeviceSpan<float> inverseDeviation, DeviceSpan<float> dgamma, DeviceSpan<float> dbeta, DeviceSpan<float> dx)
    {
        using var dgammaValues = new RealValues(dgamma);
        using var dbetaValues = new RealValues(dbeta);
        using var dxValues = new RealValues(dx);
        BatchNormalization.Backward(
            problem, RealValues.Read(x), RealValues.Read(dy), RealValues.Read(gamma), RealValues.Read(mean),
            RealValues.Read(inverseDeviation), dgammaValues.Span, dbetaValues.Span, dxValues.Span);
    }
    /// <inheritdoc/>
    public void BatchRenormalizationForward(
        in BatchRenormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta, DeviceSpan<float> runningMean,
        DeviceSpan<float> runningVariance, DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation, DeviceSpan<float> corrections, DeviceSpan<float> y)
    {
        using var runningMeanValues = new RealValues(runningMean);
        using var runningVarianceValues = new RealValues(runningVariance);
        using var meanValues = new RealValues(mean);
        using var inverseDeviationValues = new RealValues(inverseDeviation);
        using var correctionsValues = new RealValues(corrections);
        using var yValues = new RealValues(y);
        BatchRenormalization.Forward(
            problem, RealValues.Read(x), RealValues.Read(gamma), RealValues.Read(beta), runningMeanValues.Span, runningVarianceValues.Span,
            meanValues.Span, inverseDeviationValues.Span, correctionsValues.Span, yValues.Span);
    }

    /// <inheritdoc/>
    public void BatchRenormalizationBackward(
        in BatchRenormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> gamma, DeviceSpan<float> mean,
        DeviceSpan<float> inverseDeviation, DeviceSpan<float> corrections, DeviceSpan<float> dgamma, DeviceSpan<float> dbeta, DeviceSpan<float> dx)
    {
        using var dgammaValues = new RealValues(dgamma);
        using var dbetaValues = new RealValues(dbeta);
        using var dxValues = new RealValues(dx);
        BatchRenormalization.Backward(
            problem, RealValues.Read(x), RealValues.Read(dy), RealValues.Read(gamma), RealValues.Read(mean), RealValues.Read(inverseDeviation),
            RealValues.Read(corrections), dgammaValues.Span, dbetaValues.Span, dxValues.Span);
    }

    /// <inheritdoc/>
    public void LocalResponseNormalizationForward(in LocalResponseNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        LocalResponseNormalization.Forward(problem, RealValues.Read(x), yValues.Span);
    }

    /// <inheritdoc/>
    public void LocalResponseNormalizationBackward(
        in LocalResponseNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dx)
    {
        using var dxValues = new RealValues(dx);
        LocalResponseNormalization.Backward(problem, RealValues.Read(x), RealValues.Read(dy), dxValues.Span);
    }
    /// <inheritdoc/>
    public void CoordinateChannels(in CoordinateChannelsProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        Reference.CoordinateChannels.Run(problem, RealValues.Read(x), yValues.Span);
    }

    /// <inheritdoc/>
    public void RelationSumForward(
        in RelationSumProblem problem, DeviceSpan<float> objects, DeviceSpan<float> context, DeviceSpan<float> weights, DeviceSpan<float> bias,
        DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        RelationSum.Forward(
            problem, RealValues.Read(objects), RealValues.Read(context), RealValues.Read(weights), RealValues.Read(bias), yValues.Span);
    }

    /// <inheritdoc/>
    public void RelationSumBackward(
        in RelationSumProblem problem, DeviceSpan<float> objects, DeviceSpan<float> context, DeviceSpan<float> weights, DeviceSpan<float> bias,
        DeviceSpan<float> dy, DeviceSpan<float> dobjects, DeviceSpan<float> dcontext, DeviceSpan<float> dweights, DeviceSpan<float> dbias)
    {
        using var dobjectsValues = new RealValues(dobjects);
        using var dcontextValues = new RealValues(dcontext);
        using var dweightsValues = new RealValues(dweights);
        using var dbiasValues = new RealValues(dbias);
        RelationSum.Backward(
            problem, RealValues.Read(objects), RealValues.Read(context), RealValues.Read(weights), RealValues.Read(bias), RealValues.Read(dy),
            dobjectsValues.Span, dcontextValues.Span, dweightsValues.Span, dbiasValues.Span);
    }
}
