using System.Globalization;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Training;

/// <summary>How the weights of a model were chosen, in words: one of the choices that every report names.</summary>
internal static class Selection
{
    /// <summary>Of weights that nothing chose.</summary>
    public const string LastStep = "last step of training", Untrained = "untrained";

    /// <summary>Of a model's file: by the run whose folder it lies in; without one there is nothing to tell by.</summary>
    public static string OfModel(string file) => RunFolder.OfModel(file) is { } run ? Of(run.ReadMetrics()) : "not stated";

    /// <summary>Of a run: the step that was best on the validation images, or the last where none were held out.</summary>
    public static string Of(IReadOnlyList<TrainingMetrics> steps)
    {
        TrainingMetrics[] measured = [.. steps.Where(step => !float.IsNaN(step.Validation))];
        if (measured.Length == 0) return LastStep;
        TrainingMetrics best = measured.MaxBy(step => step.Validation);
        return string.Create(CultureInfo.InvariantCulture, $"validation images, {ValidationMeasure.MeasureName} {best.Validation:.000} after step {best.Step}");
    }
}
