using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Cross entropy of cosines with the targets of the classes that an image shows, however often it shows them.</summary>
internal sealed class OrthogonalTargetsObjective : IObjective
{
    private readonly IBackend _backend;
    private readonly LabelMatrix _labels;
    private readonly TrainingOptions _options;
    private readonly int _dimensions;
    private readonly DeviceBuffer _targets, _present, _loss;
    private readonly int[] _rows;
    private readonly float[] _value = new float[1];

    public OrthogonalTargetsObjective(IBackend backend, LabelMatrix labels, TrainingOptions options, int dimensions)
    {
        (_backend, _labels, _options, _dimensions, _rows) = (backend, labels, options, dimensions, new int[options.Batch * labels.Classes]);
        float[] targets = OrthogonalTargets.Create(labels.Classes, dimensions, options.Seed);
        (_targets, _present, _loss) = (backend.Allocate<float>(targets.Length), backend.Allocate<int>(_rows.Length), backend.Allocate<float>(1));
        backend.Upload<float>(targets, Targets);
    }

    private DeviceSpan<float> Targets => _targets.Slice<float>(0, _labels.Classes * _dimensions);

    /// <inheritdoc/>
    public ObjectiveReport Run(int step, ReadOnlySpan<int> images, DeviceSpan<float> embeddings, DeviceSpan<float> gradient)
    {
        int classes = _labels.Classes;
        for (int i = 0; i < images.Length; i++)
        {
            ReadOnlySpan<int> counts = _labels.Row(images[i]);
            for (int c = 0; c < classes; c++) _rows[i * classes + c] = Math.Min(counts[c], 1);
        }
        DeviceSpan<int> present = _present.Slice<int>(0, _rows.Length);
        DeviceSpan<float> loss = _loss.Slice<float>(0, 1);
        _backend.Upload<int>(_rows, present);
        var problem = new CosineCrossEntropyProblem(images.Length, _dimensions, classes, margin: _options.EffectiveMargin);
        _backend.CosineCrossEntropy(problem, embeddings, Targets, present, gradient, loss);
        _backend.Download(loss, _value.AsSpan());
        return ObjectiveReport.Of(_value[0]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _targets.Dispose();
        _present.Dispose();
        _loss.Dispose();
    }
}
