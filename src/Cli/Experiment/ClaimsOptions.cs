namespace JaccardKernels.Cli.Experiment;

/// <summary>What decides the results of the experiment on the claims; a folder holds the results of one.</summary>
/// <param name="Data">The folder with the data sets.</param>
/// <param name="Seeds">Seeds 1 to so many.</param>
/// <param name="Quick">A smoke run: few images, few steps.</param>
internal sealed record ClaimsOptions(string Data, int Seeds, bool Quick);
