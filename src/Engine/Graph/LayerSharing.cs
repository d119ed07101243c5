namespace JaccardKernels.Engine;

/// <summary>
/// Which layers of a plan work in the memory of others, and which need not run. Where nothing else reads a layer, one that can works in its memory; a ReLU
/// there is left to a convolution before it. Without a backward pass there is more: a normalisation alone behind a convolution becomes part of that (see
/// <see cref="InferenceFusion"/>), a dropout is another name of its input, and at a batch of 1 the inputs of a concatenation are written where its result
/// is. Where channels lie together, these are a part of every pixel whatever the batch, if convolutions write them, and a sum is left to a convolution that
/// alone is read by it.
/// </summary>
internal sealed class LayerSharing
{
    private readonly Network _network;
    private readonly bool _training, _channelsLast;

    // Of each layer, the one that alone reads it and works in its memory; 0 for none, for the first layer overwrites no other.
    private readonly int[] _overwriter;

    // Of each layer, the one whose memory it lies in, and where; first the network's input.
    private readonly int[] _owner, _offset;

    // Other readers see the same memory by another name.
    private readonly bool[] _hasAliases;
    private readonly bool[] _runs;

    // Of each convolution, what it adds to its result. Of each layer, the one that computes what lies there.
    private readonly int?[] _added;
    private readonly int[] _producer;

    /// <summary>Decides.</summary>
    /// <param name="network">The layers.</param>
    /// <param name="batch">Samples of a pass.</param>
    /// <param name="training">Backward passes follow.</param>
    /// <param name="channelsLast">Channels lie together; not in training.</param>
    public LayerSharing(Network network, int batch, bool training, bool channelsLast = false)
    {
        int layers = network.Layers.Count;
        (_network, _training, _channelsLast) = (network, training, channelsLast);
        (_added, _producer) = (new int?[layers], [.. Enumerable.Range(0, layers)]);
        (_overwriter, _runs, _hasAliases) = (new int[layers], new bool[layers], new bool[layers]);
        (_owner, _offset) = ([.. Enumerable.Range(-1, layers + 1)], new int[layers + 1]);
        for (int node = 0; node < layers; node++)
        {
            _runs[node] = true;
            Layer layer = network.Layers[node];
            if (!training && layer is DropoutLayer) Alias(node, layer.Inputs[0]);
            else if (!training && (channelsLast || batch == 1) && layer is ConcatenateLayer && IsJoined(layer)) Join(node, layer);
            else if (channelsLast && layer is AddLayer && AddingConvolution(layer) is { } adding) LeaveTo(adding, node, layer);
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

    /// <summary>The layer whose result a convolution adds to its own, or null.</summary>
    public int? AddedTo(int convolution) => _added[convolution];

    /// <summary>The ReLU that a convolution does, or null.</summary>
    public ReluLayer? ReluOf(int convolution)
    {
        if (convolution < 0 || _network.Layers[convolution] is not ConvolutionLayer) return null;
        int last = NormalisationOf(convolution) ?? convolution;
        if (_added[convolution] is not null) last = _overwriter[last];
        return _overwriter[last] is > 0 and var node ? _network.Layers[node] as ReluLayer : null;
    }

    /// <summary>Where channels lie together: the channels of the tensor that a result is part of.</summary>
    public int OwnerChannels(int node) => Owner(node) < 0 ? _network.Input.Channels : _network.Layers[Owner(node)].Output.Channels;

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
        bool behindConvolution = IsConvolution(source) || source >= 0 && !_runs[source] && _network.Layers[source] is AddLayer;
        _runs[node] = !(behindConvolution && _network.Layers[node] is BatchNormalizationLayer or ReluLayer);
        if (!_runs[node]) _producer[node] = _producer[source];
    }

    // The input of a sum that a convolution leaves behind, if it can add the other one, which must be there by then.
    private int? AddingConvolution(Layer layer)
    {
        for (int i = 1; i >= 0; i--)
        {
            int source = layer.Inputs[i], other = layer.Inputs[1 - i];
            if (IsConvolution(source) && other >= 0 && other < _producer[source] && IsReadOnce(source)) return source;
        }
        return null;
    }

    private bool IsConvolution(int node) =>
        node >= 0 && (_network.Layers[node] is ConvolutionLayer || !_runs[node] && _network.Layers[node] is BatchNormalizationLayer);

    private void LeaveTo(int source, int node, Layer layer)
    {
        _added[_producer[source]] = layer.Inputs[0] == source ? layer.Inputs[1] : layer.Inputs[0];
        _overwriter[source] = node;
        (_owner[node + 1], _offset[node + 1]) = (_owner[source + 1], _offset[source + 1]);
        (_runs[node], _producer[node]) = (false, _producer[source]);
    }

    private void Alias(int node, int source)
    {
        (_owner[node + 1], _offset[node + 1]) = (_owner[source + 1], _offset[source + 1]);
        _hasAliases[node] = !IsReadOnce(source);
        _runs[node] = false;
        if (source >= 0) _producer[node] = _producer[source];
    }

    private bool IsJoined(Layer layer) =>
        layer.Inputs[0] != layer.Inputs[1] && layer.Inputs.All(input => IsReadOnce(input) && (!_channelsLast || IsWrittenInParts(input)));

    // Convolutions leave other channels alone, and so do those that write what was joined.
    private bool IsWrittenInParts(int node) =>
        _network.Layers[_producer[node]] is ConvolutionLayer || !_runs[_producer[node]] && _network.Layers[_producer[node]] is ConcatenateLayer;

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
            start += _channelsLast ? _network.Layers[input].Output.Channels : _network.Layers[input].Output.Length;
        }
        _runs[node] = false;
    }
}
