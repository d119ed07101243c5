using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>A point in a network under construction: the result of a layer.</summary>
/// <param name="Index">Number of the layer, -1 for the input.</param>
/// <param name="Shape">Shape of one sample.</param>
public readonly record struct Node(int Index, SampleShape Shape);

/// <summary>Builds a network layer by layer, inferring shapes. Each method adds a layer after a node and returns the new node.</summary>
public sealed class NetworkBuilder
{
    private readonly List<Layer> _layers = [];
    private readonly SampleShape _input;

    /// <summary>Starts a network.</summary>
    /// <param name="input">Shape of one sample of the input.</param>
    public NetworkBuilder(SampleShape input) => _input = input;

    /// <summary>The network's input.</summary>
    public Node Input => new(-1, _input);

    /// <summary>The finished network; its output is the layer added last.</summary>
    /// <exception cref="InvalidOperationException">No layer was added, or a layer's result is not used.</exception>
    public Network Build()
    {
        if (_layers.Count == 0) throw new InvalidOperationException("a network needs a layer.");
        for (int i = 0; i < _layers.Count - 1; i++)
            if (!_layers.Any(layer => layer.Inputs.Contains(i))) throw new InvalidOperationException($"nothing reads layer '{_layers[i].Name}'.");
        return new Network(_input, [.. _layers]);
    }

    /// <summary>
    /// Convolution with a square kernel; see <see cref="ConvolutionProblem"/>. Trail is zeros below and at the right, beyond pad; fanIn is the inputs of a
    /// sum that this is a part of, where they are more than its own.
    /// </summary>
    public Node Convolution(
        string name, Node x, int filters, int kernel, int stride = 1, int pad = 0, int dilation = 1, int groups = 1, bool bias = true,
        int trail = 0, int fanIn = 0) =>
        Add(new ConvolutionLayer(name, x, filters, kernel, stride, pad, trail, dilation, groups, bias, fanIn));

    /// <summary>Batch normalisation; frozen, it uses the running statistics.</summary>
    public Node BatchNormalization(string name, Node x, float epsilon = 1e-5f, float momentum = 0.1f) =>
        Add(new BatchNormalizationLayer(name, x, epsilon, momentum));

    /// <summary>Batch renormalisation; see <see cref="BatchRenormalizationProblem"/>.</summary>
    public Node BatchRenormalization(
        string name, Node x, float rmax = BatchRenormalizationProblem.FinalRMax, float dmax = BatchRenormalizationProblem.FinalDMax,
        float epsilon = 1e-5f, float momentum = 0.1f) => Add(new BatchRenormalizationLayer(name, x, rmax, dmax, epsilon, momentum));

    /// <summary>Local response normalisation; alpha multiplies the sum of squares, see <see cref="LocalResponseNormalizationProblem"/>.</summary>
    public Node LocalResponseNormalization(
        string name, Node x, int window = LocalResponseNormalizationProblem.PaperWindow, float alpha = LocalResponseNormalizationProblem.PaperAlpha,
        float beta = LocalResponseNormalizationProblem.PaperBeta, float k = LocalResponseNormalizationProblem.PaperK) =>
        Add(new LocalResponseNormalizationLayer(name, x, window, alpha, beta, k));

    /// <summary>Two channels more: the column and the row of a cell, from -scale to scale.</summary>
    public Node CoordinateChannels(string name, Node x, float scale = 1f) => Add(new CoordinateChannelsLayer(name, x, scale));

    /// <summary>The sum over pairs of a relation network: objects [2 F,H,W] and context [F] to [outputs]; see <see cref="RelationSumLayer"/>.</summary>
    public Node RelationSum(string name, Node objects, Node context, int outputs) => Add(new RelationSumLayer(name, objects, context, outputs));

    /// <summary>min(max(x, 0), ceiling): a ceiling of 6 makes it ReLU6.</summary>
    public Node Relu(string name, Node x, float ceiling = float.PositiveInfinity) => Add(new ReluLayer(name, x, ceiling));

    /// <summary>Hyperbolic tangent.</summary>
    public Node Tanh(string name, Node x) => Add(new TanhLayer(name, x));

    /// <summary>Maximum pooling with a square window.</summary>
    public Node MaxPooling(string name, Node x, int kernel, int stride = 0, int pad = 0) =>
        Add(new MaxPoolingLayer(name, x, kernel, stride == 0 ? kernel : stride, pad));

    /// <summary>Average pooling with a square window.</summary>
    public Node AveragePooling(string name, Node x, int kernel, int stride = 0, int pad = 0) =>
        Add(new AveragePoolingLayer(name, x, kernel, stride == 0 ? kernel : stride, pad));

    /// <summary>The mean of every channel.</summary>
    public Node GlobalPooling(string name, Node x) => Add(new GlobalPoolingLayer(name, x));

    /// <summary>Fully connected layer over all elements of a sample; fanIn as of <see cref="Convolution"/>.</summary>
    public Node FullyConnected(string name, Node x, int outputs, Initialization initialization = Initialization.HeNormal, int fanIn = 0) =>
        Add(new FullyConnectedLayer(name, x, outputs, initialization, fanIn));

    /// <summary>Inverted dropout; nothing outside training.</summary>
    public Node Dropout(string name, Node x, float rate) => Add(new DropoutLayer(name, x, rate));

    /// <summary>Element-wise sum of two nodes of one shape.</summary>
    public Node Add(string name, Node a, Node b) => Add(new AddLayer(name, a, b));

    /// <summary>Concatenation along the channels of two nodes of one height and width.</summary>
    public Node Concatenate(string name, Node a, Node b) => Add(new ConcatenateLayer(name, a, b));

    private Node Add(Layer layer)
    {
        if (_layers.Any(other => other.Name == layer.Name)) throw new ArgumentException($"two layers are named '{layer.Name}'.", nameof(layer));
        _layers.Add(layer);
        return new Node(_layers.Count - 1, layer.Output);
    }
}
