using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Fully connected layer over all elements of a sample; parameters weight [Out,In] and bias [Out].</summary>
public sealed class FullyConnectedLayer : Layer
{
    private readonly int _inputs;

    internal FullyConnectedLayer(string name, Node x, int outputs, Initialization initialization, int fanIn)
        : base(name, [x.Index], new SampleShape(outputs))
    {
        _inputs = x.Shape.Length;
        Parameters =
        [
            new ParameterSpec(name + ".weight", [outputs, _inputs], fanIn > 0 ? fanIn : _inputs, initialization),
            new ParameterSpec(name + ".bias", [outputs], _inputs, Initialization.Zeros),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <summary>The operation for a batch.</summary>
    public FullyConnectedProblem Problem(int batch) => new(batch, _inputs, Output.Channels);

    /// <inheritdoc/>
    public override long Flops(int batch) => Problem(batch).Flops;

    /// <inheritdoc/>
    public override void Forward(in LayerContext context) =>
        context.Backend.FullyConnectedForward(Problem(context.Batch), context.Input(), context.Parameter(0), context.Parameter(1), context.Output);

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        FullyConnectedProblem problem = Problem(context.Batch);
        if (context.Trains)
            context.Backend.FullyConnectedBackwardWeights(problem, context.Input(), context.OutputGradient, context.ParameterGradient(0), context.ParameterGradient(1));
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.FullyConnectedBackwardData(problem, context.OutputGradient, context.Parameter(0), dx);
    }

    /// <inheritdoc/>
    public override string ToString() => $"fully connected {_inputs} to {Output.Channels}";
}
