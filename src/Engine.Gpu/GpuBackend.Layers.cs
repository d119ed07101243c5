using JaccardKernels.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine.Gpu;

public sealed partial class GpuBackend
{
    private readonly Convolution _convolution;
    private readonly MaxPooling _maxPooling;
    private readonly AveragePooling _averagePooling;
    private readonly GlobalPooling _globalPooling;
    private readonly Relu _relu;
    private readonly Tanh _tanh;
    private readonly Add _add;
    private readonly Concatenate _concatenate;
    private readonly Dropout _dropout;
    private readonly BatchNormalization _batchNormalization;
    private readonly LocalResponseNormalization _localResponseNormalization;
    private readonly CoordinateChannels _coordinateChannels;
    private readonly RelationSum _relationSum;

    /// <inheritdoc/>
    public void ConvolutionForward(
        in ConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> w, DeviceSpan<float> bias, DeviceSpan<float> y)
    {
        problem.Check(x.Length, w.Length, y.Length);
        Guard.Length(bias.Length, problem.LengthBias);
        _convolution.RunForward(problem, View(x), View(w), View(bias), View(y));
    }

    /// <inheritdoc/>
    public void ConvolutionBackwardData(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> w, DeviceSpan<float> dx)
    {
        problem.Check(dx.Length, w.Length, dy.Length);
        _convolution.RunBackwardData(problem, View(dy), View(w), View(dx));
    }

    /// <inheritdoc/>
    public void ConvolutionBackwardWeights(in ConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dw)
    {
        problem.Check(x.Length, dw.Length, dy.Length);
        _convolution.RunBackwardWeights(problem, View(x), View(dy), View(dw));
    }

    /// <inheritdoc/>
    public void ConvolutionBackwardBias(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> db)
    {
        Guard.Length(dy.Length, problem.LengthY);
        Guard.Length(db.Length, problem.Filters);
        _convolution.RunBackwardBias(problem, View(dy), View(db));
    }

    /// <inheritdoc/>
    public void MaxPoolingForward(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y, DeviceSpan<int> indices)
    {
        problem.Check(x.Length, y.Length);
        if (!indices.IsEmpty) Guard.Length(indices.Length, problem.LengthY);
        _maxPooling.RunForward(problem, View(x), View(y), View(indices));
    }

    /// <inheritdoc/>
    public void MaxPoolingBackward(in PoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<int> indices, DeviceSpan<float> dx)
    {
        problem.Check(dx.Length, dy.Length);
        Guard.Length(indices.Length, problem.LengthY);
        _maxPooling.RunBackward(problem, View(dy), View(indices), View(dx));
    }

    /// <inheritdoc/>
    public void AveragePoolingForward(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length);
        _averagePooling.RunForward(problem, View(x), View(y));
    }

    /// <inheritdoc/>
    public void AveragePoolingBackward(in PoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<float> dx)
    {
        problem.Check(dx.Length, dy.Length);
        _averagePooling.RunBackward(problem, View(dy), View(dx));
    }

    /// <inheritdoc/>
    public void GlobalPoolingForward(in GlobalPoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length);
        _globalPooling.RunForward(problem, View(x), View(y));
    }

    /// <inheritdoc/>
    public void GlobalPoolingBackward(in GlobalPoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<float> dx)
    {
        problem.Check(dx.Length, dy.Length);
        _globalPooling.RunBackward(problem, View(dy), View(dx));
    }

    /// <inheritdoc/>
    public void ReluForward(in ReluProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length);
        _relu.RunForward(problem, View(x), View(y));
    }

    /// <inheritdoc/>
    public void ReluBackward(in ReluProblem problem, DeviceSpan<float> dy, DeviceSpan<float> y, DeviceSpan<float> dx)
    {
        problem.Check(dy.Length, y.Length, dx.Length);
        _relu.RunBackward(problem, View(dy), View(y), View(dx));
    }

    /// <inheritdoc/>
    public void TanhForward(in ElementwiseProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length);
        _tanh.RunForward(problem, View(x), View(y));
    }

    /// <inheritdoc/>
    public void TanhBackward(in ElementwiseProblem problem, DeviceSpan<float> dy, DeviceSpan<float> y, DeviceSpan<float> dx)
    {
        problem.Check(dy.Length, y.Length, dx.Length);
        _tanh.RunBackward(problem, View(dy), View(y), View(dx));
    }

    /// <inheritdoc/>
    public void Add(in ElementwiseProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> y)
    {
        problem.Check(a.Length, b.Length, y.Length);
        _add.Run(problem, View(a), View(b), View(y));
    }

    /// <inheritdoc/>
    public void ConcatenateForward(in ConcatenateProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> y)
    {
        problem.Check(a.Length, b.Length, y.Length);
        _concatenate.RunForward(problem, View(a), View(b), View(y));
    }

    /// <inheritdoc/>
    public void ConcatenateBackward(in ConcatenateProblem problem, DeviceSpan<float> dy, DeviceSpan<float> da, DeviceSpan<float> db)
    {
        problem.Check(da.Length, db.Length, dy.Length);
        _concatenate.RunBackward(problem, View(dy), View(da), View(db));
    }

    /// <inheritdoc/>
    public void Dropout(in DropoutProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length);
        _dropout.Run(problem, View(x), View(y));
    }

    /// <inheritdoc/>
    public void BatchNormalizationForward(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta,
        DeviceSpan<float> runningMean, DeviceSpan<float> runningVariance,
        DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length, gamma.Length, beta.Length, runningMean.Length, runningVariance.Length);
        Guard.Length(mean.Length, problem.Channels);
        Guard.Length(inverseDeviation.Length, problem.Channels);
        _batchNormalization.RunForward(
            problem, View(x), View(gamma), View(beta), View(runningMean), View(runningVariance), View(mean), View(inverseDeviation), View(y));
    }

    /// <inheritdoc/>
    public void BatchNormalizationInference(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta,
        DeviceSpan<float> runningMean, DeviceSpan<float> runningVariance, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length, gamma.Length, beta.Length, runningMean.Length, runningVariance.Length);
        _batchNormalization.RunInference(problem, View(x), View(gamma), View(beta), View(runningMean), View(runningVariance), View(y));
    }

    /// <inheritdoc/>
    public void BatchNormalizationBackward(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> gamma,
        DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation, DeviceSpan<float> dgamma, DeviceSpan<float> dbeta, DeviceSpan<float> dx)
    {
        problem.Check(x.Length, dx.Length, gamma.Length, mean.Length, dgamma.Length, dbeta.Length);
        Guard.Length(dy.Length, problem.LengthX);
        Guard.Length(inverseDeviation.Length, problem.Channels);
        _batchNormalization.RunBackward(
            problem, View(x), View(dy), View(gamma), View(mean), View(inverseDeviation), View(dgamma), View(dbeta), View(dx));
    }
    /// <inheritdoc/>
    public void BatchRenormalizationForward(
        in BatchRenormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta, DeviceSpan<float> runningMean,
        DeviceSpan<float> runningVariance, DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation, DeviceSpan<float> corrections, DeviceSpan<float> y)
    {
        BatchNormalizationProblem sizes = problem.Normalization;
        sizes.Check(x.Length, y.Length, gamma.Length, beta.Length, runningMean.Length, runningVariance.Length);
        Guard.Length(mean.Length, sizes.Channels);
        Guard.Length(inverseDeviation.Length, sizes.Channels);
        Guard.Length(corrections.Length, problem.LengthCorrections);
        _batchNormalization.RunForward(
            problem, View(x), View(gamma), View(beta), View(runningMean), View(runningVariance), View(mean), View(inverseDeviation), View(corrections),
            View(y));
    }

    /// <inheritdoc/>
    public void BatchRenormalizationBackward(
        in BatchRenormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> gamma, DeviceSpan<float> mean,
        DeviceSpan<float> inverseDeviation, DeviceSpan<float> corrections, DeviceSpan<float> dgamma, DeviceSpan<float> dbeta, DeviceSpan<float> dx)
    {
        BatchNormalizationProblem sizes = problem.Normalization;
        sizes.Check(x.Length, dx.Length, gamma.Length, mean.Length, dgamma.Length, dbeta.Length);
        Guard.Length(dy.Length, sizes.LengthX);
        Guard.Length(inverseDeviation.Length, sizes.Channels);
        Guard.Length(corrections.Length, problem.LengthCorrections);
        _batchNormalization.RunBackward(
            problem, View(x), View(dy), View(gamma), View(mean), View(inverseDeviation), View(corrections), View(dgamma), View(dbeta), View(dx));
    }

    /// <inheritdoc/>
    public void LocalResponseNormalizationForward(in LocalResponseNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length);
        _localResponseNormalization.RunForward(problem, View(x), View(y));
    }

    /// <inheritdoc/>
    public void LocalResponseNormalizationBackward(
        in LocalResponseNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dx)
    {
        problem.Check(x.Length, dy.Length);
        Guard.Length(dx.Length, problem.Length);
        _localResponseNormalization.RunBackward(problem, View(x), View(dy), View(dx));
    }
    /// <inheritdoc/>
    public void CoordinateChannels(in CoordinateChannelsProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        problem.Check(x.Length, y.Length);
        _coordinateChannels.Run(problem, View(x), View(y));
    }

    /// <inheritdoc/>
    public void RelationSumForward(
        in RelationSumProblem problem, DeviceSpan<float> objects, DeviceSpan<float> context, DeviceSpan<float> weights, DeviceSpan<float> bias,
        DeviceSpan<float> y)
    {
        problem.Check(objects.Length, context.Length, weights.Length, bias.Length, y.Length);
        _relationSum.RunForward(problem, View(objects), View(context), View(weights), View(bias), View(y));
    }

    /// <inheritdoc/>
    public void RelationSumBackward(
        in RelationSumProblem problem, DeviceSpan<float> objects, DeviceSpan<float> context, DeviceSpan<float> weights, DeviceSpan<float> bias,
        DeviceSpan<float> dy, DeviceSpan<float> dobjects, DeviceSpan<float> dcontext, DeviceSpan<float> dweights, DeviceSpan<float> dbias)
    {
        problem.Check(objects.Length, context.Length, weights.Length, bias.Length, dy.Length);
        problem.Check(dobjects.Length, dcontext.Length, dweights.Length, dbias.Length, dy.Length);
        _relationSum.RunBackward(
            problem, View(objects), View(context), View(weights), View(bias), View(dy), View(dobjects), View(dcontext), View(dweights), View(dbias));
    }
}
