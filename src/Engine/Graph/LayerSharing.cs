namespace JaccardKernels.Engine;

/// <summary>
/// Which layers of a plan work in the memory of others, and which need not run. Where nothing else reads a layer, one that can works in its memory; a ReLU
/// there is left to a convolution before it. Without a backward pass there is more: a normalisation alone behind a convolution becomes part of that (see
/// <see cref="InferenceFusion"/>), a dropout is another name of its input, and at a batch of 1 the inputs of a concatenation are written where its result
/// is.
/// </summary>
internal sealed class LayerSharing
{
    private readonly Network _network;
    private readonly bool _training;

    // Of each layer, the one that alone reads it and works in its memory; 0 for none, for the first layer overwrites no other.
    private readonly int[] _overwriter;

    // Of each layer, the one whose memory it lies in, and where; first the network's input.
    private readonly int[] _owner, _offset;

    // Other readers see the same memory by another name.
    private readonly bool[] _hasAliases;
    private readonly bool[] _runs;

    /// <summary>Decides.</summary>
    /// <param name="network">The layers.</param>
    /// <param name="batch">Samples of a pass.</param>
    /// <param name="training">Backward passes follow.</param>
    public LayerSharing(Network network, int batch, bool training)
    {
        int layers = network.Layers.Count;
        (_network, _training) = (network, training);
        (_overwriter, _runs, _hasAliases) = (new int[layers], new bool[layers], new bool[layers]);
        (_owner, _offset) = ([.. Enumerable.Range(-1, layers + 1)], new int[layers + 1]);
        for (int node = 0; node < layers; node++)
        {
            _runs[node] = true;
            Layer layer = network.Layers[node];
            if (!training && layer is DropoutLayer) Alias(node, layer.Inputs[0]);
            else if (!training && batch == 1 && layer is ConcatenateLayer && IsJoined(layer)) Join(node, layer);
            else if (Overwrites(node, layer, layer.Inputs[0])) Overwrite(node, layer.Inputs[0]);
        }
    }

    /// <summary>The layer is to be run: its result is not one that others have left in its memory.</summary>
    public bool Runs(int node) => _runs[node];

    /// <summary>The layer in whose memory a layer's result lies; -1 is the network's input.</summary>
    public int Owner(int node) => _owner[node + 1];

    /// <summary>Where a result begins in the memory of its owner, in elements.</summary>
    public int Offset(int node) => _offset[node + 1];

    /// <summary>The second layer alone reads the first and works in its memory.</summary>
    public bool IsOverwrittenBy(int source, int node) => source >= 0 && _overwriter[source] == node && node > 0;

    /// <summary>The layer in whose memory this one works, or this one.</summary>
    public int Overwritten(int node) => _network.Layers[node].Inputs[0] is var source && IsOverwrittenBy(source, node) ? source : node;

    /// <summary>The normalisation that is part of a convolution, or null.</summary>
    public int? NormalisationOf(int convolution) =>
        _network.Layers[convolution] is ConvolutionLayer && _overwriter[convolution] is > 0 and var node && _network.Layers[node] is BatchNormalizationLayer ? node : null;

    /// <summary>The ReLU that a convolution does, or null.</summary>
    public ReluLayer? ReluOf(int convolution)
    {
        if (convolution < 0 || _network.Layers[convolution] is not ConvolutionLayer) return null;
        return _overwriter[NormalisationOf(convolution) ?? convolution] is > 0 and var node ? _network.Layers[node] as ReluLayer : null;
    }

    private int Readers(int node) => _network.Layers.Count(other => other.Inputs.Contains(node));

    private bool IsReadOnce(int node) => node >= 0 && Readers(node) == 1 && !_hasAliases[node];

    // A normalisation does only as part of a convolution; the way back of the source must not read its result.
    private bool Overwrites(int node, Layer layer, int source) =>
        IsReadOnce(source)
        && (layer.RunsInPlace ? !(_training && _network.Layers[source].BackwardReadsOutput)
            : !_training && layer is BatchNormalizationLayer && _network.Layers[source] is ConvolutionLayer);

    private void Overwrite(int node, int source)
    {
        _overwriter[source] = node;
        (_owner[node + 1], _offset[node + 1]) = (_owner[source + 1], _offset[source + 1]);
        bool behindConvolution = _network.Layers[source] is ConvolutionLayer || !_runs[source] && _network.Layers[source] is BatchNormalizationLayer;
        _runs[node] = !(behindConvolution && _network.Layers[node] is BatchNormalizationLayer or ReluLayer);
    }

    private void Alias(int node, int source)
    {
        (_owner[node + 1], _offset[node + 1]) = (_owner[source + 1], _offset[source + 1]);
        _hasAliases[node] = !IsReadOnce(source);
        _runs[node] = false;
    }

    private bool IsJoined(Layer layer) => layer.Inputs[0] != layer.Inputs[1] && layer.Inputs.All(IsReadOnce);

    // What lay in the memory of an input, or was it, lies in that of the concatenation from now on.
    private void Join(int node, Layer layer)
    {
        int start = 0;
        foreach (int input in layer.Inputs)
        {
            int owner = Owner(input);
            for (int i = 0; i < _owner.Length; i++)
            {
                if (_owner[i] != owner) continue;
                _owner[i] = node;
                _offset[i] += start;
            }
            start += _network.Layers[input].Output.Length;
        }
        _runs[node] = false;
    }
}
