using System.Diagnostics;
using System.Globalization;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>What a long experiment tells while it goes: the unit at work, how many are done, and how long the rest may take.</summary>
/// <param name="context">Where it is shown.</param>
/// <param name="units">Units in all.</param>
internal sealed class ExperimentProgress(VerbContext context, int units)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _done, _computed;

    /// <summary>Stops between steps.</summary>
    public CancellationToken Cancellation => context.Cancellation;

    /// <summary>A line that stays.</summary>
    public void Note(string text) => context.Note(text);

    /// <summary>A unit came to its end.</summary>
    /// <param name="unit">Which.</param>
    /// <param name="kept">Its result was there already.</param>
    public void Finished(string unit, bool kept)
    {
        _done++;
        if (kept) return;
        _computed++;
        Doing($"{unit}: done");
    }

    /// <summary>What is done now.</summary>
    public void Doing(string what) => context.Progress.Report(() => $"{Head()} {what}");

    /// <summary>A step of training.</summary>
    public void Step(string unit, TrainingMetrics m) => context.Progress.Report(() => string.Create(
        CultureInfo.InvariantCulture, $"{Head()} {unit}: {m.Phase} {m.Step}/{m.Steps}  loss {m.Loss:0.000}"));

    private string Head()
    {
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        string left = _computed == 0 ? "" : $", about {Units.Seconds(seconds / _computed * (units - _done))} left";
        return string.Create(CultureInfo.InvariantCulture, $"[{_done}/{units}{left}]");
    }
}
