namespace JaccardKernels.Fuzz;

/// <summary>What a run was asked for.</summary>
/// <param name="Seed">Decides, with the iteration, every mutation.</param>
/// <param name="First">The first iteration.</param>
/// <param name="Iterations">Mutations for each target.</param>
/// <param name="Limit">The time for each target, whatever the iterations.</param>
/// <param name="Threads">Threads, which share the iterations of a target.</param>
/// <param name="Out">The folder for inputs that broke something.</param>
internal sealed record FuzzOptions(int Seed, long First, long Iterations, TimeSpan Limit, int Threads, string Out);
