using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>A part of a training run: a network, its data and its loss, advanced step by step. All its state beside the options can be
/// saved.</summary>
internal interface ITrainingPhase : IDisposable
{
    /// <summary>The phase's name in metrics and checkpoints.</summary>
    string Name { get; }

    /// <summary>Steps of the phase.</summary>
    int Steps { get; }

    /// <summary>Steps done.</summary>
    int Done { get; }

    /// <summary>All steps are done, or no more are worth it.</summary>
    bool IsDone => Done >= Steps;

    /// <summary>Why no more steps are worth it, where that is so before all are done.</summary>
    string? EndedEarly => null;

    /// <summary>Makes ready for the next step.</summary>
    /// <returns>False where that has shown that there is nothing left to learn: the phase is done.</returns>
    bool Prepare() => true;

    /// <summary>Does the next step.</summary>
    TrainingMetrics Step();

    /// <summary>Adds all state to a checkpoint.</summary>
    void Save(SafetensorsFile file);

    /// <summary>Continues from a checkpoint after <paramref name="done"/> steps.</summary>
    void Restore(SafetensorsFile file, int done);

    /// <summary>Once it is done: leaves the weights that count.</summary>
    void Finish()
    {
    }
}
