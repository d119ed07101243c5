using System.Globalization;
using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// Batch renormalisation: in training, batch normalisation corrected towards the running statistics, within limits; all else is batch normalisation's,
/// so a convolution before it takes it up in evaluation too.
/// </summary>
public sealed class BatchRenormalizationLayer : BatchNormalizationLayer
{
    private readonly float _rmax, _dmax;

    internal BatchRenormalizationLayer(string name, Node x, float rmax, float dmax, float epsilon, float momentum)
        : base(name, x, epsilon, momentum)
    {
        (_rmax, _dmax) = (rmax, dmax);
        _ = Renormalization(1);
    }

    /// <summary>The operation for a batch in training.</summary>
    public BatchRenormalizationProblem Renormalization(int batch) => new(Problem(batch), _rmax, _dmax);

    /// <inheritdoc/>
    public override IReadOnlyList<SavedSpec> Saved(int batch) => [.. base.Saved(batch), new(Renormalization(batch).LengthCorrections, sizeof(float))];

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"batch renormalisation to {_rmax}, {_dmax}");

    private protected override void ForwardOfBatch(in LayerContext context) => context.Backend.BatchRenormalizationForward(
        Renormalization(context.Batch), context.Input(), context.Parameter(0), context.Parameter(1), context.Parameter(2), context.Parameter(3),
        context.Saved<float>(0), context.Saved<float>(1), context.Saved<float>(2), context.Output);

    private protected override void BackwardOfBatch(in LayerContext context, DeviceSpan<float> dx) => context.Backend.BatchRenormalizationBackward(
        Renormalization(context.Batch), context.Input(), context.OutputGradient, context.Parameter(0), context.Saved<float>(0), context.Saved<float>(1),
        context.Saved<float>(2), context.ParameterGradient(0), context.ParameterGradient(1), dx);
}
