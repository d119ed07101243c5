using System.CommandLine;
using JaccardKernels.Data;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Training;

/// <summary>Which part of a data set: <c>--split</c>.</summary>
internal sealed class SplitOption
{
    private readonly Option<string> _split = new("--split")
    {
        HelpName = "train|query|database",
        Description = "Which part of a data set; a folder is all database.",
        DefaultValueFactory = _ => "database",
    };

    /// <summary>Adds the option to a verb.</summary>
    public SplitOption(Command verb) => verb.Options.Add(_split);

    /// <summary>The part asked for, by name.</summary>
    public string Name(VerbContext context) => context.Get(_split);

    /// <summary>The option stood on the command line.</summary>
    public bool IsGiven(VerbContext context) => context.IsGiven(_split);

    /// <summary>The part asked for.</summary>
    /// <exception cref="ArgumentException">There is no part of that name.</exception>
    /// <exception cref="InvalidDataException">It is empty.</exception>
    public IImageSet Choose(VerbContext context, Dataset data)
    {
        string split = Name(context);
        IImageSet set = split switch
        {
            "train" => data.Train,
            "query" => data.Query,
            "database" => data.Database,
            _ => throw new ArgumentException($"--split is '{split}'; it is train, query or database."),
        };
        return set.Count > 0 ? set : throw new InvalidDataException($"{data.Name}: the {split} split is empty.");
    }
}
