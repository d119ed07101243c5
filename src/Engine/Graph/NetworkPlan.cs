using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// A network laid out for one batch size on one backend: every activation, gradient and saved tensor has its place in one arena before the
/// first step, and a step allocates nothing. A training plan follows what trains when it is built: gradients flow no further down than the first
/// layer that trains, and frozen layers keep their statistics. A ReLU or tanh that alone reads a layer works in that layer's memory, forward and
/// backward; behind a convolution, a ReLU costs no pass of its own. A plan for inference has its filters laid out for many passes, in memory beside the
/// arena, and normalisations behind convolutions folded into them; when the parameters change, its next pass does so again. Where that pays, its
/// activations have their channels together (see <see cref="ChannelsLastRule"/>).
/// </summary>
public sealed partial class NetworkPlan : IDisposable
{
    private readonly int _layers;
    private readonly DeviceBuffer _arena;
    private readonly DeviceSpan<float>[] _activations;
    private readonly DeviceSpan<float>[] _gradients;
    private readonly (long Offset, SavedSpec Spec)[][] _saved;
    private readonly DeviceSpan<float>[][] _edges;
    private readonly int[] _firstParameter;
    private readonly bool[] _trains;
    private readonly bool[] _needsGradient;
    private readonly LayerSharing _sharing;
    private readonly InferenceFusion? _fusion;
    private readonly bool _movesStatistics;

    /// <summary>Plans and allocates.</summary>
    /// <param name="backend">Where it runs.</param>
    /// <param name="network">What runs.</param>
    /// <param name="parameters">The values; made for this network.</param>
    /// <param name="batch">Samples of a pass.</param>
    /// <param name="training">Backward passes will follow, and noise is on.</param>
    /// <param name="seed">Decides the noise together with the step.</param>
    /// <exception cref="ArgumentException">Nothing trains in a training plan, or a frozen normalisation lies above a layer that trains.</exception>
    /// <exception cref="InsufficientMemoryException">The device has too little memory.</exception>
    public NetworkPlan(IBackend backend, Network network, ParameterStore parameters, int batch, bool training, int seed = 0)
    {
        (Backend, Network, Parameters, Batch, Training, Seed) = (backend, network, parameters, Guard.Positive(batch), training, seed);
        if (parameters.Network != network) throw new ArgumentException("the parameters belong to another network.", nameof(parameters));
        _layers = network.Layers.Count;
        (_activations, _gradients) = (new DeviceSpan<float>[_layers + 1], new DeviceSpan<float>[_layers]);
        (_saved, _edges) = (new (long, SavedSpec)[_layers][], new DeviceSpan<float>[_layers][]);
        (_firstParameter, _trains, _needsGradient) = (new int[_layers], new bool[_layers], new bool[_layers]);
        FindWhatTrains();
        _movesStatistics = training && Enumerable.Range(0, _layers).Any(node => _trains[node] && network.Layers[node] is BatchNormalizationLayer);
        LayerSharing? together = training ? null : ChannelsLastRule.Sharing(backend, network, batch);
        _sharing = together ?? new LayerSharing(network, batch, training);
        ChannelsLast = together is null ? null : (IChannelsLast)backend;
        var planner = new MemoryPlanner();
        Action place = PlanActivations(planner);
        if (training) place += PlanGradients(planner);
        planner.Solve();
        _arena = backend.Allocate(planner.Bytes);
        place();
        if (training) return;
        try
        {
            _fusion = new InferenceFusion(backend, parameters, batch, _sharing, ChannelsLast);
        }
        catch
        {
            _arena.Dispose();
            throw;
        }
    }

    /// <summary>Where it runs.</summary>
    public IBackend Backend { get; }

    /// <summary>What runs.</summary>
    public Network Network { get; }

    /// <summary>The values it runs with.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>Samples of a pass.</summary>
    public int Batch { get; }

    /// <summary>Backward passes follow, and noise is on.</summary>
    public bool Training { get; }

    /// <summary>Decides the noise together with the step.</summary>
    public int Seed { get; }

    /// <summary>The step of the last forward pass.</summary>
    public int Step { get; private set; }

    /// <summary>Size of the arena.</summary>
    public long ArenaBytes => _arena.Bytes;

    /// <summary>What all tensors would take if none shared memory.</summary>
    public long UnsharedBytes { get; private set; }

    /// <summary>The input [N,C,H,W], to be written before a forward pass.</summary>
    public DeviceSpan<float> Input => Activation(-1);

    /// <summary>The result of the last layer; valid after a forward pass until the backward pass begins.</summary>
    public DeviceSpan<float> Output => Activation(_layers - 1);

    /// <summary>The gradient of the result, to be written between the forward and the backward pass.</summary>
    public DeviceSpan<float> OutputGradient => Gradient(_layers - 1);

    /// <summary>Runs the layers.</summary>
    /// <param name="step">Number of the training step; decides the noise together with the seed.</param>
    /// <exception cref="InsufficientMemoryException">Parameters have changed, and the device has too little memory to lay filters out in another way.</exception>
    public void Forward(int step = 0)
    {
        Step = step;
        _fusion?.Refresh();
        for (int node = 0; node < _layers; node++)
        {
            if (_sharing.Runs(node)) Network.Layers[node].Forward(new LayerContext(this, node));
        }
        if (_movesStatistics) Parameters.MarkChanged();
    }

    /// <summary>Runs the layers backward from <see cref="OutputGradient"/>, adding to the gradients of the parameters.</summary>
    /// <exception cref="InvalidOperationException">The plan is not for training.</exception>
    public void Backward()
    {
        if (!Training) throw new InvalidOperationException("this plan was not built for training.");
        for (int node = _layers - 1; node >= 0; node--)
        {
            if (!_needsGradient[node]) continue;
            Layer layer = Network.Layers[node];
            layer.Backward(new LayerContext(this, node));
            for (int i = 0; i < layer.Inputs.Count; i++)
            {
                DeviceSpan<float> edge = _edges[node][i];
                if (edge.IsEmpty || edge == Gradient(layer.Inputs[i])) continue;
                // A second reader of this input: its share was written aside and is added here.
                Backend.Add(new ElementwiseProblem(edge.Length), Gradient(layer.Inputs[i]), edge, Gradient(layer.Inputs[i]));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fusion?.Dispose();
        _arena.Dispose();
    }

    internal DeviceSpan<float> Activation(int node) => _activations[node + 1];

    internal DeviceSpan<float> Gradient(int node) => _gradients[node];

    internal DeviceSpan<float> EdgeGradient(int node, int input) => _edges[node][input];

    internal bool Trains(int node) => _trains[node];

    /// <summary>The node is a convolution, and a ReLU works in its memory: the convolution rectifies what it stores, the ReLU is not run.</summary>
    internal bool AppliesRelu(int node) => _sharing.ReluOf(node) is not null;

    /// <summary>The ceiling of the ReLU that the node does for another, or infinity.</summary>
    internal float CeilingOf(int node) => _sharing.ReluOf(node)?.Ceiling ?? float.PositiveInfinity;

    /// <summary>The filters of a convolution of an inference plan, or null.</summary>
    internal PreparedFilters? Filters(int node) => _fusion?.Filters(node);

    /// <summary>The bias that goes with them.</summary>
    internal DeviceSpan<float> FilterBias(int node) => _fusion is null ? default : _fusion.Bias(node);

    /// <summary>What computes activations whose channels lie together, or null where they lie in planes.</summary>
    internal IChannelsLast? ChannelsLast { get; }

    /// <summary>A convolution of such a plan.</summary>
    internal ChannelsLastConvolutionProblem ChannelsLastProblem(int node) => _fusion!.ChannelsLastProblem(node);

    /// <summary>What a convolution of such a plan adds to its result; empty for nothing.</summary>
    internal DeviceSpan<float> Added(int node) => _sharing.AddedTo(node) is { } added ? Activation(added) : default;

    /// <summary>The layer is run: no other does its work.</summary>
    internal bool Runs(int node) => _sharing.Runs(node);

    internal int FirstParameter(int node) => _firstParameter[node];

    internal DeviceSpan<T> SavedTensor<T>(int node, int index)
        where T : unmanaged => _arena.Slice<T>(_saved[node][index].Offset, _saved[node][index].Spec.Length);

    private bool HasGradient(int node) => node >= 0 && _needsGradient[node];

    private void FindWhatTrains()
    {
        int parameter = 0;
        for (int node = 0; node < _layers; node++)
        {
            Layer layer = Network.Layers[node];
            _firstParameter[node] = parameter;
            for (int i = 0; i < layer.Parameters.Count; i++) _trains[node] |= Parameters.Trains(parameter + i);
            parameter += layer.Parameters.Count;
            bool below = layer.Inputs.Any(HasGradient);
            _needsGradient[node] = Training && (_trains[node] || below);
            if (Training && below && !_trains[node] && layer is BatchNormalizationLayer)
                throw new ArgumentException($"layer '{layer.Name}' is frozen but something before it trains: freeze a network from its input up to a layer.", nameof(Parameters));
        }
        if (Training && !_needsGradient[_layers - 1]) throw new ArgumentException("every parameter is frozen: nothing would train.", nameof(Parameters));
    }
}
