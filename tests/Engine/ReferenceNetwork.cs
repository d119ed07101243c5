using JaccardKernels.Engine;
using JaccardKernels.Problems;
using Ref = JaccardKernels.Reference;

namespace JaccardKernels.Tests.Engine;

/// <summary>Runs a network in double precision by the Reference operations, without arena, backend or plan: what the engine is judged against.</summary>
internal sealed class ReferenceNetwork
{
    private readonly Network _network;
    private readonly int _batch;
    private readonly int _seed;
    private readonly int[] _firstParameter;
    private readonly double[][] _activations;
    private readonly Dictionary<int, int[]> _indices = [];
    private readonly Dictionary<int, double[]> _corrections = [];
    private readonly Dictionary<int, (double[] Mean, double[] InverseDeviation)> _statistics = [];

    public ReferenceNetwork(Network network, double[][] parameters, int batch, int seed)
    {
        (_network, Parameters, _batch, _seed) = (network, parameters, batch, seed);
        _activations = new double[network.Layers.Count + 1][];
        _firstParameter = new int[network.Layers.Count];
        for (int i = 1; i < _firstParameter.Length; i++) _firstParameter[i] = _firstParameter[i - 1] + network.Layers[i - 1].Parameters.Count;
    }

    public double[][] Parameters { get; }

    public double[] Forward(double[] input, int step)
    {
        _activations[0] = input;
        for (int node = 0; node < _network.Layers.Count; node++)
        {
            double[] y = _activations[node + 1] = new double[_batch * _network.Layers[node].Output.Length];
            Forward(node, step, y);
        }
        return _activations[^1];
    }

    public double[][] Backward(double[] outputGradient, int step)
    {
        double[][] parameterGradients = [.. Parameters.Select(p => new double[p.Length])];
        var gradients = new double[_network.Layers.Count + 1][];
        for (int i = 0; i < gradients.Length; i++) gradients[i] = new double[_activations[i].Length];
        outputGradient.CopyTo(gradients[^1], 0);
        for (int node = _network.Layers.Count - 1; node >= 0; node--)
        {
            IReadOnlyList<int> inputs = _network.Layers[node].Inputs;
            double[][] dx = [.. inputs.Select(i => new double[_activations[i + 1].Length])];
            Backward(node, step, gradients[node + 1], dx, parameterGradients);
            for (int i = 0; i < inputs.Count; i++)
                for (int j = 0; j < dx[i].Length; j++) gradients[inputs[i] + 1][j] += dx[i][j];
        }
        return parameterGradients;
    }

    private double[] X(int node, int input = 0) => _activations[_network.Layers[node].Inputs[input] + 1];

    private double[] P(int node, int index) => Parameters[_firstParameter[node] + index];

    private DropoutProblem Noise(DropoutLayer layer, int node, int length, int step) => layer.Problem(length, unchecked(_seed * 1000003 + node), step);

    private void Forward(int node, int step, double[] y)
    {
        double[] x = X(node);
        switch (_network.Layers[node])
        {
            case ConvolutionLayer layer:
                Ref.Convolution.Forward(layer.Problem(_batch), x, P(node, 0), layer.Parameters.Count > 1 ? P(node, 1) : [], y);
                break;
            case BatchRenormalizationLayer layer: Renormalise(node, layer, x, y); break;
            case BatchNormalizationLayer layer:
                (double[] mean, double[] inverse) = _statistics[node] = (new double[layer.Output.Channels], new double[layer.Output.Channels]);
                // Central differences evaluate the loss many times: the running statistics must not move under them.
                double[] runningMean = [.. P(node, 2)], runningVariance = [.. P(node, 3)];
                Ref.BatchNormalization.Forward(layer.Problem(_batch), x, P(node, 0), P(node, 1), runningMean, runningVariance, mean, inverse, y);
                break;
            case LocalResponseNormalizationLayer layer: Ref.LocalResponseNormalization.Forward(layer.Problem(_batch), x, y); break;
            case CoordinateChannelsLayer layer: Ref.CoordinateChannels.Run(layer.Problem(_batch), x, y); break;
            case RelationSumLayer layer: Ref.RelationSum.Forward(layer.Problem(_batch), x, X(node, 1), P(node, 0), P(node, 1), y); break;
            case FullyConnectedLayer layer: Ref.FullyConnected.Forward(layer.Problem(_batch), x, P(node, 0), P(node, 1), y); break;
            case MaxPoolingLayer layer: Ref.MaxPooling.Forward(layer.Problem(_batch), x, y, _indices[node] = new int[y.Length]); break;
            case AveragePoolingLayer layer: Ref.AveragePooling.Forward(layer.Problem(_batch), x, y); break;
            case GlobalPoolingLayer layer: Ref.GlobalPooling.Forward(layer.Problem(_batch), x, y); break;
            case ReluLayer layer: Ref.Relu.Forward(new(y.Length, layer.Ceiling), x, y); break;
            case TanhLayer: Ref.Tanh.Forward(new(y.Length), x, y); break;
            case DropoutLayer layer: Ref.Dropout.Run(Noise(layer, node, y.Length, step), x, y); break;
            case AddLayer: Ref.Add.Run(new(y.Length), x, X(node, 1), y); break;
            case ConcatenateLayer layer: Ref.Concatenate.Forward(layer.Problem(_batch), x, X(node, 1), y); break;
            default: throw new InvalidOperationException($"the reference network does not know {_network.Layers[node].GetType().Name}.");
        }
    }

    private void Backward(int node, int step, double[] dy, double[][] dx, double[][] gradients)
    {
        double[] x = X(node), y = _activations[node + 1];
        Span<double[]> own = gradients.AsSpan(_firstParameter[node], _network.Layers[node].Parameters.Count);
        switch (_network.Layers[node])
        {
            case ConvolutionLayer layer:
                Ref.Convolution.BackwardData(layer.Problem(_batch), dy, P(node, 0), dx[0]);
                Ref.Convolution.BackwardWeights(layer.Problem(_batch), x, dy, own[0]);
                if (own.Length > 1) Ref.Convolution.BackwardBias(layer.Problem(_batch), dy, own[1]);
                break;
            case BatchRenormalizationLayer layer:
                (double[] batchMean, double[] batchInverse) = _statistics[node];
                Ref.BatchRenormalization.Backward(
                    layer.Renormalization(_batch), x, dy, P(node, 0), batchMean, batchInverse, _corrections[node], own[0], own[1], dx[0]);
                break;
            case LocalResponseNormalizationLayer layer: Ref.LocalResponseNormalization.Backward(layer.Problem(_batch), x, dy, dx[0]); break;
            case CoordinateChannelsLayer layer:
                Ref.Concatenate.Backward(layer.Problem(_batch).Parts, dy, dx[0], new double[_batch * layer.Problem(_batch).AddedLength]);
                break;
            case RelationSumLayer layer:
                Ref.RelationSum.Backward(layer.Problem(_batch), x, X(node, 1), P(node, 0), P(node, 1), dy, dx[0], dx[1], own[0], own[1]);
                break;
            case BatchNormalizationLayer layer:
                (double[] mean, double[] inverse) = _statistics[node];
                Ref.BatchNormalization.Backward(layer.Problem(_batch), x, dy, P(node, 0), mean, inverse, own[0], own[1], dx[0]);
                break;
            case FullyConnectedLayer layer:
                Ref.FullyConnected.BackwardData(layer.Problem(_batch), dy, P(node, 0), dx[0]);
                Ref.FullyConnected.BackwardWeights(layer.Problem(_batch), x, dy, own[0], own[1]);
                break;
            case MaxPoolingLayer layer: Ref.MaxPooling.Backward(layer.Problem(_batch), dy, _indices[node], dx[0]); break;
            case AveragePoolingLayer layer: Ref.AveragePooling.Backward(layer.Problem(_batch), dy, dx[0]); break;
            case GlobalPoolingLayer layer: Ref.GlobalPooling.Backward(layer.Problem(_batch), dy, dx[0]); break;
            case ReluLayer layer: Ref.Relu.Backward(new(dy.Length, layer.Ceiling), dy, y, dx[0]); break;
            case TanhLayer: Ref.Tanh.Backward(new(dy.Length), dy, y, dx[0]); break;
            case DropoutLayer layer: Ref.Dropout.Run(Noise(layer, node, dy.Length, step), dy, dx[0]); break;
            case AddLayer:
                dy.CopyTo(dx[0], 0);
                dy.CopyTo(dx[1], 0);
                break;
            case ConcatenateLayer layer: Ref.Concatenate.Backward(layer.Problem(_batch), dy, dx[0], dx[1]); break;
            default: throw new InvalidOperationException($"the reference network does not know {_network.Layers[node].GetType().Name}.");
        }
    }

    // The derivative takes the corrections for constants, so those of the first pass stay, and the rest is a normalisation.
    private void Renormalise(int node, BatchRenormalizationLayer layer, double[] x, double[] y)
    {
        int channels = layer.Output.Channels;
        double[] gamma = P(node, 0), beta = P(node, 1), runningMean = [.. P(node, 2)], runningVariance = [.. P(node, 3)];
        (double[] mean, double[] inverse) = _statistics[node] = (new double[channels], new double[channels]);
        if (!_corrections.TryGetValue(node, out double[]? corrections))
        {
            corrections = _corrections[node] = new double[2 * channels];
            Ref.BatchRenormalization.Forward(
                layer.Renormalization(_batch), x, gamma, beta, runningMean, runningVariance, mean, inverse, corrections, y);
            return;
        }
        double[] scale = [.. gamma.Select((g, c) => g * corrections[c])], shift = [.. beta.Select((b, c) => b + gamma[c] * corrections[channels + c])];
        Ref.BatchNormalization.Forward(layer.Problem(_batch), x, scale, shift, runningMean, runningVariance, mean, inverse, y);
    }
}
