using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// Batch normalisation; parameters weight (gamma) [C], bias (beta) [C] and the statistics running_mean [C], running_var [C]. It normalises by
/// the batch when it trains in a training pass, and by the running statistics otherwise (evaluation, or frozen). In evaluation, a convolution that nothing
/// else reads does it by its filters.
/// </summary>
public class BatchNormalizationLayer : Layer
{
    private readonly float _epsilon, _momentum;

    internal BatchNormalizationLayer(string name, Node x, float epsilon, float momentum)
        : base(name, [x.Index], x.Shape)
    {
        (_epsilon, _momentum) = (epsilon, momentum);
        int[] shape = [x.Shape.Channels];
        Parameters =
        [
            new ParameterSpec(name + ".weight", shape, 1, Initialization.Ones), new ParameterSpec(name + ".bias", shape, 1, Initialization.Zeros),
            new ParameterSpec(name + ".running_mean", shape, 1, Initialization.Zeros, Learned: false),
            new ParameterSpec(name + ".running_var", shape, 1, Initialization.Ones, Learned: false),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <summary>Added to the variance.</summary>
    public float Epsilon => _epsilon;

    /// <summary>The operation for a batch.</summary>
    public BatchNormalizationProblem Problem(int batch) => new(batch, Output.Channels, Output.Spatial, _epsilon, _momentum);

    /// <inheritdoc/>
    public override IReadOnlyList<SavedSpec> Saved(int batch) => [new(Output.Channels, sizeof(float)), new(Output.Channels, sizeof(float))];

    /// <inheritdoc/>
    public override void Forward(in LayerContext context)
    {
        if (context.Training && context.Trains)
        {
            ForwardOfBatch(context);
        }
        else
        {
            context.Backend.BatchNormalizationInference(
                Problem(context.Batch), context.Input(), context.Parameter(0), context.Parameter(1), context.Parameter(2), context.Parameter(3), context.Output);
        }
    }

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dx = context.InputGradient();
        // The first layer that trains still needs room for the dx that comes with dgamma and dbeta: it may overwrite dy, which nothing reads afterwards.
        BackwardOfBatch(context, dx.IsEmpty ? context.OutputGradient : dx);
    }

    /// <inheritdoc/>
    public override string ToString() => "batch normalisation";

    // By the statistics of the batch.
    private protected virtual void ForwardOfBatch(in LayerContext context) => context.Backend.BatchNormalizationForward(
        Problem(context.Batch), context.Input(), context.Parameter(0), context.Parameter(1), context.Parameter(2), context.Parameter(3),
        context.Saved<float>(0), context.Saved<float>(1), context.Output);

    private protected virtual void BackwardOfBatch(in LayerContext context, DeviceSpan<float> dx) => context.Backend.BatchNormalizationBackward(
        Problem(context.Batch), context.Input(), context.OutputGradient, context.Parameter(0), context.Saved<float>(0), context.Saved<float>(1),
        context.ParameterGradient(0), context.ParameterGradient(1), dx);
}
