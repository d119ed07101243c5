using System.Globalization;
using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// Measures held-out images at fixed steps, keeps the weights that were best there, and says when training has ceased to improve them. The test set has
/// no part in it.
/// </summary>
internal sealed class Validation : IDisposable
{
    private const string BestKey = "validation.best", SinceKey = "validation.since", WeightsPrefix = "validation.weights.";

    private readonly IBackend _backend;
    private readonly ParameterStore _parameters;
    private readonly IEmbeddingInput _input;
    private readonly LabelMatrix _labels;
    private readonly IValidationMeasure _measure;
    private readonly TrainingOptions _options;
    private ParameterStore? _best;
    private float _bestValue;
    private int _since;

    /// <param name="parameters">The weights in training.</param>
    /// <param name="input">The held-out images; taken over.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="measure">What is measured.</param>
    /// <param name="options">Of the run.</param>
    public Validation(ParameterStore parameters, IEmbeddingInput input, LabelMatrix labels, IValidationMeasure measure, TrainingOptions options)
    {
        (_backend, _parameters, _input, _labels, _measure, _options) = (parameters.Backend, parameters, input, labels, measure, options);
    }

    /// <summary>So many measurements in a row were no better than the best before them.</summary>
    public bool HasCeasedToImprove => _options.Patience > 0 && _since >= _options.Patience;

    /// <summary>Measures, where a measurement is due after so many steps.</summary>
    /// <param name="steps">Steps done.</param>
    /// <param name="plan">The weights in training, for inference.</param>
    /// <returns>The measure, or NaN where none is due.</returns>
    public float After(int steps, NetworkPlan plan)
    {
        if (steps % _options.ValidateEvery != 0 && steps != _options.Steps) return float.NaN;
        float value = (float)_measure.Of(_backend, _input.RunAll(plan), _labels);
        if (!float.IsFinite(value)) throw new InvalidDataException($"the {_measure.Name} of the validation images is {value} after step {steps}.");
        if (_best is not null && value <= _bestValue)
        {
            _since++;
            return value;
        }
        (_bestValue, _since) = (value, 0);
        Best().CopyFrom(_parameters);
        return value;
    }

    /// <summary>Puts the best weights in the place of the present ones.</summary>
    public void TakeBest()
    {
        if (_best is not null) _parameters.CopyFrom(_best);
    }

    /// <summary>Adds all state to a checkpoint.</summary>
    public void Save(SafetensorsFile file)
    {
        if (_best is null) return;
        ParameterFile.Add(file, _best, WeightsPrefix);
        file.Add<float>(BestKey, [_bestValue], 1);
        file.Metadata[SinceKey] = _since.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Continues from a checkpoint.</summary>
    public void Restore(SafetensorsFile file)
    {
        if (!file.TryGet(BestKey, out StoredArray? best)) return;
        best.RequireShape([1]);
        ParameterFile.Read(file, Best(), WeightsPrefix);
        (_bestValue, _since) = (best.ToSingle()[0], CheckpointFile.Number(file, SinceKey));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _best?.Dispose();
    }

    private ParameterStore Best() => _best ??= new ParameterStore(_backend, _parameters.Network, _options.Seed);
}
