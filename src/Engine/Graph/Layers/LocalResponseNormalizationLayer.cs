using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Local response normalisation across channels; see <see cref="LocalResponseNormalizationProblem"/> for what its alpha multiplies.</summary>
public sealed class LocalResponseNormalizationLayer : Layer
{
    private readonly LocalResponseNormalizationProblem _sample;

    internal LocalResponseNormalizationLayer(string name, Node x, int window, float alpha, float beta, float k)
        : base(name, [x.Index], x.Shape) => _sample = new(1, x.Shape.Channels, x.Shape.Spatial, window, alpha, beta, k);

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <summary>The operation for a batch.</summary>
    public LocalResponseNormalizationProblem Problem(int batch) =>
        new(batch, _sample.Channels, _sample.Spatial, _sample.Window, _sample.Alpha, _sample.Beta, _sample.K);

    /// <inheritdoc/>
    public override void Forward(in LayerContext context) =>
        context.Backend.LocalResponseNormalizationForward(Problem(context.Batch), context.Input(), context.Output);

    /// <inheritdoc/>
    public override void Backward(in LayerContext context)
    {
        DeviceSpan<float> dx = context.InputGradient();
        if (!dx.IsEmpty) context.Backend.LocalResponseNormalizationBackward(Problem(context.Batch), context.Input(), context.OutputGradient, dx);
    }

    /// <inheritdoc/>
    public override string ToString() => $"local response normalisation over {_sample.Window}";
}
