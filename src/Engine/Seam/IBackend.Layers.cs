using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

public partial interface IBackend
{
    /// <summary>y = conv(x, w) + bias, rectified if the problem says so. Overwrites y. bias is empty when the problem has none.</summary>
    void ConvolutionForward(in ConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> w, DeviceSpan<float> bias, DeviceSpan<float> y);

    /// <summary>
    /// Lays filters out for many forward passes of one problem, where a backend would else do so in each. The caller disposes of the result, and keeps w;
    /// when it changes w, it calls <see cref="PreparedFilters.Refresh"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The length of w differs from the problem's.</exception>
    /// <exception cref="InsufficientMemoryException">The device has too little memory.</exception>
    PreparedFilters PrepareFilters(in ConvolutionProblem problem, DeviceSpan<float> w) => new(problem, w);

    /// <summary>y = conv(x, w) + bias as the other overload computes it, by filters that this backend has prepared for the problem. Overwrites y.</summary>
    /// <exception cref="ArgumentException">The filters were prepared for another problem.</exception>
    void ConvolutionForward(in ConvolutionProblem problem, DeviceSpan<float> x, PreparedFilters filters, DeviceSpan<float> bias, DeviceSpan<float> y)
    {
        filters.RequireFor(problem);
        ConvolutionForward(problem, x, filters.Values, bias, y);
    }

    /// <summary>dx = the transpose of the convolution applied to dy. Overwrites dx.</summary>
    void ConvolutionBackwardData(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> w, DeviceSpan<float> dx);

    /// <summary>dw += the correlation of x and dy. Accumulates.</summary>
    void ConvolutionBackwardWeights(in ConvolutionProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dw);

    /// <summary>db[K] += sums of dy over images and positions. Accumulates.</summary>
    void ConvolutionBackwardBias(in ConvolutionProblem problem, DeviceSpan<float> dy, DeviceSpan<float> db);

    /// <summary>y = the maximum under each window, indices = its position h W + w in its channel (the first one of equals). Overwrites both;
    /// indices is empty where no backward pass will ask.</summary>
    void MaxPoolingForward(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y, DeviceSpan<int> indices);

    /// <summary>dx = dy sent to the positions that the forward pass chose. Overwrites dx.</summary>
    void MaxPoolingBackward(in PoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<int> indices, DeviceSpan<float> dx);

    /// <summary>y = the mean of the real cells under each window. Overwrites y.</summary>
    void AveragePoolingForward(in PoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);

    /// <summary>dx = dy spread over the cells of each window. Overwrites dx.</summary>
    void AveragePoolingBackward(in PoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<float> dx);

    /// <summary>y[N,C] = the mean of x[N,C,S]. Overwrites y.</summary>
    void GlobalPoolingForward(in GlobalPoolingProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);

    /// <summary>dx[N,C,S] = dy[N,C] / S. Overwrites dx.</summary>
    void GlobalPoolingBackward(in GlobalPoolingProblem problem, DeviceSpan<float> dy, DeviceSpan<float> dx);

    /// <summary>y = min(max(x, 0), ceiling). Overwrites y, which may be x.</summary>
    void ReluForward(in ReluProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);

    /// <summary>dx = 0 &lt; y &lt; ceiling ? dy : 0, from the output of the forward pass. Overwrites dx, which may be dy.</summary>
    void ReluBackward(in ReluProblem problem, DeviceSpan<float> dy, DeviceSpan<float> y, DeviceSpan<float> dx);

    /// <summary>y = tanh(x). Overwrites y, which may be x.</summary>
    void TanhForward(in ElementwiseProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);

    /// <summary>dx = dy (1 - y^2), from the output of the forward pass. Overwrites dx, which may be dy.</summary>
    void TanhBackward(in ElementwiseProblem problem, DeviceSpan<float> dy, DeviceSpan<float> y, DeviceSpan<float> dx);

    /// <summary>y = a + b. Overwrites y, which may be a or b.</summary>
    void Add(in ElementwiseProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> y);

    /// <summary>y[N,A+B] = [a ; b] row by row. Overwrites y.</summary>
    void ConcatenateForward(in ConcatenateProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> y);

    /// <summary>[da ; db] = dy row by row. Overwrites both.</summary>
    void ConcatenateBackward(in ConcatenateProblem problem, DeviceSpan<float> dy, DeviceSpan<float> da, DeviceSpan<float> db);

    /// <summary>y = x masked and scaled; forward on x and backward on dy alike. Overwrites y, which may be x.</summary>
    void Dropout(in DropoutProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);

    /// <summary>
    /// Training: y from the statistics of the batch, which are kept in mean and inverseDeviation (1 / sqrt(var + eps)) for the backward pass;
    /// runningMean and runningVariance are moved. Overwrites y, mean, inverseDeviation.
    /// </summary>
    void BatchNormalizationForward(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta,
        DeviceSpan<float> runningMean, DeviceSpan<float> runningVariance, DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation, DeviceSpan<float> y);

    /// <summary>Inference: y from the running statistics. Overwrites y.</summary>
    void BatchNormalizationInference(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta,
        DeviceSpan<float> runningMean, DeviceSpan<float> runningVariance, DeviceSpan<float> y);

    /// <summary>Backward of training: dx overwritten (it may be dy), dgamma and dbeta accumulated.</summary>
    void BatchNormalizationBackward(
        in BatchNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> gamma,
        DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation, DeviceSpan<float> dgamma, DeviceSpan<float> dbeta, DeviceSpan<float> dx);

    /// <summary>
    /// Batch renormalisation in training: as <see cref="BatchNormalizationForward"/>, with r and d towards the running statistics as they were, which
    /// are kept in corrections [2,C] (all r, then all d). Overwrites y, mean, inverseDeviation, corrections; inference is that of batch normalisation.
    /// </summary>
    void BatchRenormalizationForward(
        in BatchRenormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> gamma, DeviceSpan<float> beta, DeviceSpan<float> runningMean,
        DeviceSpan<float> runningVariance, DeviceSpan<float> mean, DeviceSpan<float> inverseDeviation, DeviceSpan<float> corrections, DeviceSpan<float> y);

    /// <summary>Backward of it: dx overwritten (it may be dy), dgamma and dbeta accumulated.</summary>
    void BatchRenormalizationBackward(
        in BatchRenormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> gamma, DeviceSpan<float> mean,
        DeviceSpan<float> inverseDeviation, DeviceSpan<float> corrections, DeviceSpan<float> dgamma, DeviceSpan<float> dbeta, DeviceSpan<float> dx);

    /// <summary>y = x (k + alpha sum of squares over the channels around)^-beta. Overwrites y.</summary>
    void LocalResponseNormalizationForward(in LocalResponseNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);

    /// <summary>Backward of it, from x. Overwrites dx.</summary>
    void LocalResponseNormalizationBackward(
        in LocalResponseNormalizationProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dx);

    /// <summary>y[n] = [x[n] ; column ; row]: two channels of coordinates. Overwrites y; the way back is <see cref="ConcatenateBackward"/>.</summary>
    void CoordinateChannels(in CoordinateChannelsProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);

    /// <summary>
    /// y[n] = the sum over pairs j &lt;= i of relu(weights relu(first[n,j] + second[n,i] + context[n]) + bias), objects [N,2,F,K]. Overwrites y.
    /// </summary>
    void RelationSumForward(
        in RelationSumProblem problem, DeviceSpan<float> objects, DeviceSpan<float> context, DeviceSpan<float> weights, DeviceSpan<float> bias,
        DeviceSpan<float> y);

    /// <summary>Backward of it, the pairs made anew: dobjects and dcontext overwritten, dweights and dbias accumulated.</summary>
    void RelationSumBackward(
        in RelationSumProblem problem, DeviceSpan<float> objects, DeviceSpan<float> context, DeviceSpan<float> weights, DeviceSpan<float> bias,
        DeviceSpan<float> dy, DeviceSpan<float> dobjects, DeviceSpan<float> dcontext, DeviceSpan<float> dweights, DeviceSpan<float> dbias);
}
