using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// The convolutions of an inference plan: filters laid out for many passes (see <see cref="IBackend.PrepareFilters"/>), and the normalisation that alone
/// reads one folded into it, <c>w' = w gamma / sqrt(var + eps)</c>, <c>b' = beta + (b - mean) gamma / sqrt(var + eps)</c>, in double precision. All of it
/// is done again when the parameters have changed.
/// </summary>
internal sealed class InferenceFusion : IDisposable
{
    private readonly ParameterStore _parameters;
    private readonly List<FusedConvolution> _convolutions = [];
    private readonly FusedConvolution?[] _ofNode;
    private readonly DeviceBuffer? _folded;
    private long _version;

    /// <summary>Folds and prepares.</summary>
    /// <param name="backend">Where the plan runs.</param>
    /// <param name="parameters">The values.</param>
    /// <param name="batch">Samples of a pass.</param>
    /// <param name="sharing">What is part of which convolution.</param>
    /// <param name="channelsLast">What computes activations whose channels lie together, or null.</param>
    /// <exception cref="InsufficientMemoryException">The device has too little memory.</exception>
    public InferenceFusion(IBackend backend, ParameterStore parameters, int batch, LayerSharing sharing, IChannelsLast? channelsLast)
    {
        _parameters = parameters;
        IReadOnlyList<Layer> layers = parameters.Network.Layers;
        _ofNode = new FusedConvolution?[layers.Count];
        int[] first = new int[layers.Count];
        for (int node = 1; node < layers.Count; node++) first[node] = first[node - 1] + layers[node - 1].Parameters.Count;
        long bytes = 0;
        for (int node = 0; node < layers.Count; node++)
        {
            if (layers[node] is not ConvolutionLayer layer) continue;
            var convolution = new FusedConvolution(layer, first[node]);
            if (sharing.NormalisationOf(node) is { } normalisation)
            {
                (convolution.Normalisation, convolution.FirstOfNormalisation) = ((BatchNormalizationLayer)layers[normalisation], first[normalisation]);
                (convolution.FilterOffset, convolution.BiasOffset) = (bytes, bytes + Aligned(parameters.Spec(first[node]).Length));
                bytes = convolution.BiasOffset + Aligned(layer.Output.Channels);
            }
            _convolutions.Add(_ofNode[node] = convolution);
        }
        try
        {
            if (bytes > 0) _folded = backend.Allocate(bytes);
            Fold();
            for (int node = 0; node < layers.Count; node++)
            {
                if (_ofNode[node] is not { } convolution) continue;
                ReluLayer? relu = sharing.ReluOf(node);
                bool hasBias = convolution.Normalisation is not null || convolution.Layer.HasBias;
                ConvolutionProblem problem = convolution.Layer.Problem(batch, hasBias) with
                {
                    Relu = relu is not null, Ceiling = relu?.Ceiling ?? float.PositiveInfinity,
                };
                if (channelsLast is null)
                {
                    convolution.Filters = backend.PrepareFilters(problem, Weights(convolution));
                    continue;
                }
                convolution.ChannelsLast = new ChannelsLastConvolutionProblem(
                    problem, planar: layers[node].Inputs[0] < 0, sharing.OwnerChannels(node), adds: sharing.AddedTo(node) is not null);
                convolution.Filters = channelsLast.PrepareFilters(convolution.ChannelsLast, Weights(convolution));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        _version = parameters.Version;
    }

    /// <summary>The filters of a convolution.</summary>
    public PreparedFilters? Filters(int node) => _ofNode[node]?.Filters;

    /// <summary>A convolution of a plan whose channels lie together.</summary>
    public ChannelsLastConvolutionProblem ChannelsLastProblem(int node) => _ofNode[node]!.ChannelsLast;

    /// <summary>What goes with them; empty for none.</summary>
    public DeviceSpan<float> Bias(int node) => _ofNode[node] switch
    {
        { Normalisation: not null } convolution => _folded!.Slice<float>(convolution.BiasOffset, convolution.Layer.Output.Channels),
        { Layer.HasBias: true } convolution => _parameters.Value(convolution.First + 1),
        _ => default,
    };

    /// <summary>Folds and prepares again if the parameters have changed.</summary>
    public void Refresh()
    {
        if (_version == _parameters.Version) return;
        Fold();
        foreach (FusedConvolution convolution in _convolutions) convolution.Filters!.Refresh();
        _version = _parameters.Version;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FusedConvolution convolution in _convolutions) convolution.Filters?.Dispose();
        _folded?.Dispose();
    }

    private DeviceSpan<float> Weights(FusedConvolution convolution) => convolution.Normalisation is null
        ? _parameters.Value(convolution.First)
        : _folded!.Slice<float>(convolution.FilterOffset, _parameters.Spec(convolution.First).Length);

    private void Fold()
    {
        foreach (FusedConvolution convolution in _convolutions)
        {
            if (convolution.Normalisation is not { } normalisation) continue;
            int first = convolution.FirstOfNormalisation, channels = convolution.Layer.Output.Channels;
            float[] weights = _parameters.Download(convolution.First), bias = convolution.Layer.HasBias ? _parameters.Download(convolution.First + 1) : new float[channels];
            float[] gamma = _parameters.Download(first), beta = _parameters.Download(first + 1), mean = _parameters.Download(first + 2), variance = _parameters.Download(first + 3);
            int patch = weights.Length / channels;
            for (int k = 0; k < channels; k++)
            {
                double factor = gamma[k] / Math.Sqrt((double)variance[k] + normalisation.Epsilon);
                foreach (ref float weight in weights.AsSpan(k * patch, patch)) weight = (float)(weight * factor);
                bias[k] = (float)(beta[k] + ((double)bias[k] - mean[k]) * factor);
            }
            _parameters.Backend.Upload(weights, Weights(convolution));
            _parameters.Backend.Upload(bias, _folded!.Slice<float>(convolution.BiasOffset, channels));
        }
    }

    private static long Aligned(int length) => ((long)length * sizeof(float) + DeviceBuffer.Alignment - 1) / DeviceBuffer.Alignment * DeviceBuffer.Alignment;

    private sealed class FusedConvolution(ConvolutionLayer layer, int first)
    {
        public readonly ConvolutionLayer Layer = layer;

        // Numbers of the first parameters of both layers.
        public readonly int First = first;
        public int FirstOfNormalisation;
        public BatchNormalizationLayer? Normalisation;
        public PreparedFilters? Filters;
        public ChannelsLastConvolutionProblem ChannelsLast;

        // Of the folded values, in bytes.
        public long FilterOffset, BiasOffset;
    }
}
