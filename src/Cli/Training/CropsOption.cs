using System.CommandLine;

namespace JaccardKernels.Cli.Training;

/// <summary>How many crops of an image are embedded: <c>--crops</c>.</summary>
internal sealed class CropsOption
{
    private readonly Option<int> _crops = new("--crops")
    {
        HelpName = "1|10",
        Description = "10 takes the mean of the embeddings of middle and corners, plain and mirrored; it needs resize=SIZE in the data's text.",
        DefaultValueFactory = _ => 1,
    };

    /// <summary>Adds the option to a verb.</summary>
    public CropsOption(Command verb) => verb.Options.Add(_crops);

    /// <summary>Whether ten were asked for.</summary>
    /// <exception cref="ArgumentException">It was another number.</exception>
    public bool Ten(VerbContext context) => context.Get(_crops) switch
    {
        1 => false,
        10 => true,
        int other => throw new ArgumentException($"--crops is {other}; it is 1 or 10."),
    };
}
