using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>What a layer works with during one pass: the backend, the mode, and the tensors that the plan has laid out.</summary>
public readonly struct LayerContext
{
    private readonly NetworkPlan _plan;
    private readonly int _node;

    internal LayerContext(NetworkPlan plan, int node) => (_plan, _node) = (plan, node);

    /// <summary>Where the operations run.</summary>
    public IBackend Backend => _plan.Backend;

    /// <summary>Samples.</summary>
    public int Batch => _plan.Batch;

    /// <summary>Noise is on: a training pass.</summary>
    public bool Training => _plan.Training;

    /// <summary>The parameters of this layer train in this pass; a frozen layer keeps its statistics too.</summary>
    public bool Trains => _plan.Trains(_node);

    /// <summary>A convolution: its result is rectified, for the ReLU that alone reads it and is not run itself.</summary>
    public bool AppliesRelu => _plan.AppliesRelu(_node);

    /// <summary>The ceiling of that ReLU, or infinity.</summary>
    public float Ceiling => _plan.CeilingOf(_node);

    /// <summary>
    /// A convolution of an inference plan: its filters laid out for many passes, the normalisation that alone reads it folded in; else null. Their problem
    /// says what is rectified, and whether there is a bias.
    /// </summary>
    public PreparedFilters? Filters => _plan.Filters(_node);

    /// <summary>In a plan for inference whose activations lie as [N,H,W,C], what computes them; else null.</summary>
    public IChannelsLast? ChannelsLast => _plan.ChannelsLast;

    /// <summary>A convolution of such a plan: what goes with <see cref="Filters"/>.</summary>
    public ChannelsLastConvolutionProblem ChannelsLastProblem => _plan.ChannelsLastProblem(_node);

    /// <summary>What a convolution of such a plan adds to its result, for the sum that alone reads it and is not run itself; empty for nothing.</summary>
    public DeviceSpan<float> Added => _plan.Added(_node);

    /// <summary>The bias that goes with <see cref="Filters"/>; empty for none.</summary>
    public DeviceSpan<float> FilterBias => _plan.FilterBias(_node);

    /// <summary>The number of the training step, which with the seed decides all noise.</summary>
    public int Step => _plan.Step;

    /// <summary>A seed of this layer alone.</summary>
    public int Seed => unchecked(_plan.Seed * 1000003 + _node);

    /// <summary>The activation of an input.</summary>
    public DeviceSpan<float> Input(int index = 0) => _plan.Activation(_plan.Network.Layers[_node].Inputs[index]);

    /// <summary>The result.</summary>
    public DeviceSpan<float> Output => _plan.Activation(_node);

    /// <summary>The gradient of the result.</summary>
    public DeviceSpan<float> OutputGradient => _plan.Gradient(_node);

    /// <summary>Where the gradient of an input goes; empty when nothing before it trains.</summary>
    public DeviceSpan<float> InputGradient(int index = 0) => _plan.EdgeGradient(_node, index);

    /// <summary>The values of a parameter.</summary>
    public DeviceSpan<float> Parameter(int index) => _plan.Parameters.Value(_plan.FirstParameter(_node) + index);

    /// <summary>The gradient of a parameter, to be added to.</summary>
    public DeviceSpan<float> ParameterGradient(int index) => _plan.Parameters.Gradient(_plan.FirstParameter(_node) + index);

    /// <summary>A tensor that the forward pass leaves for the backward pass.</summary>
    public DeviceSpan<T> Saved<T>(int index)
        where T : unmanaged => _plan.SavedTensor<T>(_node, index);
}
