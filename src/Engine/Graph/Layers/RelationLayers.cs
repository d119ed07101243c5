using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Two channels of coordinates behind those of a map: where each cell is.</summary>
public sealed class CoordinateChannelsLayer : Layer
{
    private readonly SampleShape _input;
    private readonly float _scale;

    internal CoordinateChannelsLayer(string name, Node x, float scale)
        : base(name, [x.Index], x.Shape with { Channels = x.Shape.Channels + CoordinateChannelsProblem.Added }) => (_input, _scale) = (x.Shape, scale);

    /// <summary>The operation for a batch.</summary>
    public CoordinateChannelsProblem Problem(int batch) => new(batch, _input.Channels, _input.Height, _input.Width, _scale);

    /// <summary>Room for the gradient of the coordinates, which nobody asks for.</summary>
    public override IReadOnlyList<SavedSpec> Saved(int batch) => [new(Problem(batch).Parts.Rows * Problem(batch).Parts.B, sizeof(float))];

    /// <inheritdoc/>
    public override void Forward(in LayerContext context) => context.Backend.CoordinateChannels(Problem(context.Batch), context.Input(), context.Output);

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.ConcatenateBackward(Problem(context.Batch).Parts, context.OutputGradient, dx, context.Saved<float>(0));
    }

    /// <inheritdoc/>
    public override string ToString() => "coordinate channels";
}

/// <summary>
/// The sum over all pairs of objects of the second layer of a relation network's g; see <see cref="RelationSumProblem"/>. Its inputs are what each cell of a
/// map gives as the first and as the second of a pair, [2 F,H,W], and what the context gives, [F]; its parameters are weight [G,F] and bias [G].
/// </summary>
public sealed class RelationSumLayer : Layer
{
    private readonly int _objects, _inputs;

    internal RelationSumLayer(string name, Node objects, Node context, int outputs)
        : base(name, [objects.Index, context.Index], new SampleShape(outputs))
    {
        (_objects, _inputs) = (objects.Shape.Spatial, context.Shape.Length);
        if (objects.Shape.Channels != 2 * _inputs)
            throw new ArgumentException(
                $"layer '{name}' pairs objects of {objects.Shape.Channels} channels; the context of {_inputs} needs {2 * _inputs}.", nameof(objects));
        Parameters =
        [
            new ParameterSpec(name + ".weight", [outputs, _inputs], _inputs, Initialization.HeNormal),
            new ParameterSpec(name + ".bias", [outputs], _inputs, Initialization.Zeros),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <summary>The operation for a batch.</summary>
    public RelationSumProblem Problem(int batch) => new(batch, _objects, _inputs, Output.Channels);

    /// <inheritdoc/>
    public override long Flops(int batch) => Problem(batch).Flops;

    /// <summary>Room for the gradients of inputs and parameters that nobody asked for.</summary>
    public override IReadOnlyList<SavedSpec> Saved(int batch)
    {
        RelationSumProblem p = Problem(batch);
        return
        [
            new(p.LengthObjects, sizeof(float)), new(p.LengthContext, sizeof(float)), new(p.LengthWeights, sizeof(float)), new(p.Outputs, sizeof(float)),
        ];
    }

    /// <inheritdoc/>
    public override void Forward(in LayerContext context) => context.Backend.RelationSumForward(
        Problem(context.Batch), context.Input(0), context.Input(1), context.Parameter(0), context.Parameter(1), context.Output);

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dobjects = context.InputGradient(0), dcontext = context.InputGradient(1);
        context.Backend.RelationSumBackward(
            Problem(context.Batch), context.Input(0), context.Input(1), context.Parameter(0), context.Parameter(1), context.OutputGradient,
            dobjects.IsEmpty ? context.Saved<float>(0) : dobjects, dcontext.IsEmpty ? context.Saved<float>(1) : dcontext,
            context.Trains ? context.ParameterGradient(0) : context.Saved<float>(2),
            context.Trains ? context.ParameterGradient(1) : context.Saved<float>(3));
    }

    /// <inheritdoc/>
    public override string ToString() => $"relation sum {_inputs} to {Output.Channels} over {Problem(1).Pairs} pairs";
}
