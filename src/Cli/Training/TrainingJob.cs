using System.Diagnostics;
using System.Globalization;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Training;

/// <summary>A training run as the command line shows it: progress while it goes, its metrics when it is done.</summary>
internal sealed class TrainingJob
{
    private readonly VerbContext _context;
    private readonly string _name;
    private readonly Trainer _trainer;
    private readonly RunFolder _folder;
    private readonly List<TrainingMetrics> _metrics = [];
    private long _phaseStart;
    private int _phaseFirstStep;
    private string _phase = "";
    private bool _warnedOfCollapse, _warnedOfSaturation;

    /// <summary>Prepares a run.</summary>
    public TrainingJob(
        VerbContext context, IBackend backend, Dataset data, TrainingOptions options, RunFolder folder, string name, TrainingJob? backboneOf = null)
    {
        (_context, _name, _folder) = (context, name, folder);
        data.RequireLabels();
        var trainingData = new TrainingData(data.Train, options.PretrainingEpochs > 0 ? data.Tiles : null, data.Input.ToString());
        _trainer = new Trainer(backend, trainingData, options, folder, Math.Max(1, Environment.ProcessorCount / 2), new ValidationMeasure(Environment.ProcessorCount))
        {
            Backbone = backboneOf?._trainer,
            Progress = OnStep,
            Preparing = (what, done, all) => context.Progress.Report(() => $"{_name}: {what} {done}/{all}"),
        };
    }

    /// <summary>Every step of this process.</summary>
    public IReadOnlyList<TrainingMetrics> Metrics => _metrics;

    /// <summary>Runs to the end.</summary>
    /// <exception cref="InterruptedVerbException">It was stopped; its state is saved.</exception>
    public EmbeddingModel Run(bool resume)
    {
        EmbeddingModel? model = _trainer.Run(resume, _context.Cancellation);
        _context.Progress.Clear();
        if (_trainer.EndedEarly is { } ended) _context.Note($"{_name} ended {ended}.");
        return model ?? throw new InterruptedVerbException($"stopped; 'jk train --resume --out {_folder.Path}' continues.");
    }

    private void OnStep(TrainingMetrics metrics)
    {
        _metrics.Add(metrics);
        if (metrics.Phase != _phase) (_phase, _phaseStart, _phaseFirstStep) = (metrics.Phase, Stopwatch.GetTimestamp(), metrics.Step);
        Warn(metrics.Collapsed, ref _warnedOfCollapse, "have collapsed to a point, where the gradient vanishes: lower the margin or the rate");
        Warn(metrics.Saturated, ref _warnedOfSaturation, "are nearly all -1 or 1, where tanh lets no gradient through: lower the margin or the rate");
        _context.Progress.Report(() => Line(metrics));

        // Once a run.
        void Warn(bool isSo, ref bool warned, string what)
        {
            if (!isSo || warned) return;
            warned = true;
            _context.Note($"{_name} step {metrics.Step}: the embeddings {what}.");
        }
    }

    private string Line(TrainingMetrics m)
    {
        string more = m.Phase != "embedding" ? string.Create(CultureInfo.InvariantCulture, $"right {m.Accuracy:P0}")
            : m.IsOfTriplets ? string.Create(
                CultureInfo.InvariantCulture, $"active {m.ActiveShare:P0}  d_ap {m.PositiveDistance:0.0}  d_an {m.NegativeDistance:0.0}")
            : string.Create(CultureInfo.InvariantCulture, $"variance {m.Variance:0.000}");
        int done = m.Step - _phaseFirstStep;
        double left = done == 0 ? 0 : Stopwatch.GetElapsedTime(_phaseStart).TotalSeconds / done * (m.Steps - m.Step);
        return string.Create(CultureInfo.InvariantCulture,
            $"{_name}: {m.Phase} {m.Step}/{m.Steps}  loss {m.Loss:0.000}  {more}  {m.ImagesPerSecond:0} images/s  {left:0} s left");
    }
}
