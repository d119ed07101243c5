using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>What an experiment on the claims was asked for.</summary>
/// <param name="Data">The folder with the data sets.</param>
/// <param name="Seeds">Seeds 1 to so many.</param>
/// <param name="Quick">A smoke run: few images, few steps.</param>
internal sealed record ClaimsOptions(string Data, int Seeds, bool Quick);

/// <summary>What decides the result of every unit, kept in the folder: units of another plan, or of an older version's, are never mixed with these.</summary>
/// <param name="Data">The folder with the data sets.</param>
/// <param name="Parts">All parts, whichever are run.</param>
internal sealed record ClaimsConfiguration(string Data, IReadOnlyList<PartConfiguration> Parts)
{
    /// <summary>The configuration of a plan.</summary>
    public static ClaimsConfiguration Of(string data, IReadOnlyList<Part> plan) => new(
        data,
        [
            .. plan.Select(part => new PartConfiguration(
                part.Id, part.Input,
                [.. part.Methods.Select(m => new MethodConfiguration(m.Id, m.Apply?.Invoke(part.Options), [.. m.Codes.Select(code => code.ToString())]))])),
        ]);
}

/// <summary>A part of a plan.</summary>
/// <param name="Id">Which.</param>
/// <param name="Input">Its data as <c>--data</c> takes it, without folder and seed.</param>
/// <param name="Methods">What is trained.</param>
internal sealed record PartConfiguration(string Id, string Input, IReadOnlyList<MethodConfiguration> Methods);

/// <summary>A method in a part.</summary>
/// <param name="Id">Which.</param>
/// <param name="Options">How it is trained, but for the seed; null trains nothing.</param>
/// <param name="Codes">The codes that are measured.</param>
internal sealed record MethodConfiguration(string Id, TrainingOptions? Options, IReadOnlyList<string> Codes);
