using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Training;

/// <summary>What <c>jk train</c> reports.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="Model">The trained model.</param>
/// <param name="Data">What it was trained on.</param>
/// <param name="Device">Where.</param>
/// <param name="Seconds">How long this process took.</param>
/// <param name="Loss">The mean loss of the last steps.</param>
/// <param name="ActiveShare">Their share of active triplets; null where the loss knows no triplets.</param>
/// <param name="ChosenBy">What chose the weights of the model.</param>
internal sealed record TrainingReport(string Run, string Model, string Data, string Device, double Seconds, float Loss, float? ActiveShare, string ChosenBy);

/// <summary>A system of an evaluation, named.</summary>
/// <param name="Name">Which network, and by what it ranks.</param>
/// <param name="Evaluation">Its measures.</param>
internal sealed record NamedEvaluation(string Name, EvaluationReport Evaluation);

/// <summary>What <c>jk evaluate</c> and <c>jk demo</c> report.</summary>
/// <param name="Data">What was evaluated on.</param>
/// <param name="Page">The report for people.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Systems">Everything measured, the main system first.</param>
internal sealed record EvaluateReport(string Data, string Page, double Seconds, IReadOnlyList<NamedEvaluation> Systems);
