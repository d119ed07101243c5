using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// A network laid out for one batch size on one backend: every activation, gradient and saved tensor has its place in one arena before the
/// first step, and a step allocates nothing. A training plan follows what trains when it is built: gradients flow no further down than the first
/// layer that trains, and frozen layers keep their statistics. A ReLU or tanh that alone reads a layer works in that layer's memory, forward and
/// backward; behind a convolution, a ReLU costs no pass of its own.
/// </summary>
public sealed class NetworkPlan : IDisposable
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

    // Of each layer, the one that works in its memory; 0 for none, for the first layer overwrites no other.
    private readonly int[] _overwriter;

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
        (_firstParameter, _trains, _needsGradient, _overwriter) = (new int[_layers], new bool[_layers], new bool[_layers], new int[_layers]);
        FindWhatTrains();
        FindWhatRunsInPlace();
        var planner = new MemoryPlanner();
        Action place = PlanActivations(planner);
        if (training) place += PlanGradients(planner);
        planner.Solve();
        _arena = backend.Allocate(planner.Bytes);
        place();
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
    public void Forward(int step = 0)
    {
        Step = step;
        for (int node = 0; node < _layers; node++)
        {
            if (!AppliesRelu(Network.Layers[node].Inputs[0])) Network.Layers[node].Forward(new LayerContext(this, node));
        }
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
    public void Dispose() => _arena.Dispose();

    internal DeviceSpan<float> Activation(int node) => _activations[node + 1];

    internal DeviceSpan<float> Gradient(int node) => _gradients[node];

    internal DeviceSpan<float> EdgeGradient(int node, int input) => _edges[node][input];

    internal bool Trains(int node) => _trains[node];

    /// <summary>The node is a convolution, and a ReLU works in its memory: the convolution rectifies what it stores, the ReLU is not run.</summary>
    internal bool AppliesRelu(int node) =>
        node >= 0 && Network.Layers[node] is ConvolutionLayer && _overwriter[node] != 0 && Network.Layers[_overwriter[node]] is ReluLayer;

    /// <summary>The ceiling of the ReLU that the node does for another, or infinity.</summary>
    internal float CeilingOf(int node) => AppliesRelu(node) ? ((ReluLayer)Network.Layers[_overwriter[node]]).Ceiling : float.PositiveInfinity;

    internal int FirstParameter(int node) => _firstParameter[node];

    internal DeviceSpan<T> SavedTensor<T>(int node, int index)
        where T : unmanaged => _arena.Slice<T>(_saved[node][index].Offset, _saved[node][index].Spec.Length);

    private static int ForwardStep(int node) => node + 1;

    private int LossStep => _layers + 1;

    private int BackwardStep(int node) => LossStep + _layers - node;

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

    // Where nothing else reads a layer, and its way back does not read its result, the reader that can works in its memory.
    private void FindWhatRunsInPlace()
    {
        for (int node = 1; node < _layers; node++)
        {
            int source = Network.Layers[node].Inputs[0];
            if (!Network.Layers[node].RunsInPlace || source < 0 || Network.Layers[source].BackwardReadsOutput) continue;
            if (Network.Layers.Count(other => other.Inputs.Contains(source)) == 1) _overwriter[source] = node;
        }
    }

    // The layer in whose memory this one works, or this one.
    private int Overwritten(int node) =>
        node > 0 && Network.Layers[node].Inputs[0] is >= 0 and var source && _overwriter[source] == node ? source : node;

    // Requests memory for activations and saved tensors; the action returned hands out the slices once the arena exists.
    private Action PlanActivations(MemoryPlanner planner)
    {
        Action place = () => { };
        for (int node = -1; node < _layers; node++)
        {
            if (node >= 0) place += PlanSaved(planner, node);
            if (node >= 0 && _overwriter[node] != 0) continue;
            int index = node, source = Overwritten(node), end = ForwardStep(node);
            if (node == _layers - 1) end = LossStep;
            for (int reader = node + 1; reader < _layers; reader++)
            {
                if (!Network.Layers[reader].Inputs.Contains(node)) continue;
                bool inBackward = _needsGradient[reader] && Network.Layers[reader].BackwardReadsInput;
                end = Math.Max(end, inBackward ? BackwardStep(reader) : ForwardStep(reader));
            }
            if (node >= 0 && _needsGradient[node] && Network.Layers[node].BackwardReadsOutput) end = BackwardStep(node);
            int length = checked(Batch * (node < 0 ? Network.Input : Network.Layers[node].Output).Length);
            int request = Request(planner, (long)length * sizeof(float), ForwardStep(source), end);
            place += () => _activations[index + 1] = _activations[source + 1] = _arena.Slice<float>(planner.Offset(request), length);
        }
        return place;
    }

    private Action PlanSaved(MemoryPlanner planner, int node)
    {
        IReadOnlyList<SavedSpec> specs = Network.Layers[node].Saved(Batch);
        // Outside training a layer still needs the room, but for its own step only.
        int end = _needsGradient[node] ? BackwardStep(node) : ForwardStep(node);
        int[] requests = [.. specs.Select(spec => Request(planner, (long)spec.Length * spec.Bytes, ForwardStep(node), end))];
        return () => _saved[node] = [.. specs.Select((spec, i) => (planner.Offset(requests[i]), spec))];
    }

    private Action PlanGradients(MemoryPlanner planner)
    {
        Action place = () => { };
        var written = new HashSet<int> { _layers - 1 };
        for (int node = 0; node < _layers; node++) _edges[node] = new DeviceSpan<float>[Network.Layers[node].Inputs.Count];
        place += PlanGradient(planner, _layers - 1, LossStep);
        for (int node = _layers - 1; node >= 0; node--)
        {
            if (!_needsGradient[node]) continue;
            Layer layer = Network.Layers[node];
            for (int i = 0; i < layer.Inputs.Count; i++)
            {
                (int source, int reader, int input) = (layer.Inputs[i], node, i);
                if (!HasGradient(source)) continue;
                if (written.Add(source))
                {
                    if (_overwriter[source] == node) place += () => _gradients[source] = _gradients[reader];
                    else place += PlanGradient(planner, source, BackwardStep(node));
                    place += () => _edges[reader][input] = _gradients[source];
                }
                else
                {
                    int length = checked(Batch * Network.Layers[source].Output.Length);
                    int request = Request(planner, (long)length * sizeof(float), BackwardStep(node), BackwardStep(node));
                    place += () => _edges[reader][input] = _arena.Slice<float>(planner.Offset(request), length);
                }
            }
        }
        return place;
    }

    private Action PlanGradient(MemoryPlanner planner, int node, int start)
    {
        int length = checked(Batch * Network.Layers[node].Output.Length);
        int end = HasGradient(Overwritten(node)) ? BackwardStep(Overwritten(node)) : BackwardStep(node);
        int request = Request(planner, (long)length * sizeof(float), start, end);
        return () => _gradients[node] = _arena.Slice<float>(planner.Offset(request), length);
    }

    private int Request(MemoryPlanner planner, long bytes, int start, int end)
    {
        UnsharedBytes += bytes;
        return planner.Request(bytes, start, end);
    }
}
