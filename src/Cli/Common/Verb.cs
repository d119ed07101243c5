using System.CommandLine;

namespace JaccardKernels.Cli;

/// <summary>
/// A verb of the command line. A subclass declares its options as fields, adds them in its constructor and does its work in <see cref="Run"/>;
/// a line in <see cref="JkApplication"/> makes it known. Reports go through <see cref="VerbContext.Report"/>, failures are exceptions.
/// </summary>
internal abstract class Verb : Command
{
    /// <summary>Names a verb.</summary>
    /// <param name="name">The word.</param>
    /// <param name="description">What it does: the first sentence stands in the list of verbs, the others are told by its own <c>--help</c>.</param>
    /// <param name="examples">Whole command lines, for <c>--help</c>; at least one.</param>
    protected Verb(string name, string description, params string[] examples)
        : base(name, description)
    {
        int end = description.IndexOf(". ", StringComparison.Ordinal) + 1;
        if (end > 0) Description = description[..end];
        (Detail, Examples) = (end > 0 ? description[(end + 1)..] : "", examples);
        Options.Add(Json);
    }

    /// <summary>What to know beyond the first sentence; may be empty.</summary>
    public string Detail { get; }

    /// <summary>Command lines that teach.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Report as one JSON document.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Report as one JSON document on stdout and nothing else." };

    /// <summary>Does the work.</summary>
    /// <exception cref="ArgumentException">It cannot be done as asked: exit code 2.</exception>
    /// <exception cref="InvalidDataException">A file's content is at fault: exit code 1, as for other failures of input and output.</exception>
    public abstract void Run(VerbContext context);

    /// <summary>Declares an option with one value that must be given.</summary>
    protected Option<T> Required<T>(string name, string valueName, string description)
    {
        var option = new Option<T>(name) { HelpName = valueName, Description = description, Required = true };
        Options.Add(option);
        return option;
    }

    /// <summary>Declares an option with one value that may be left out.</summary>
    protected Option<T?> Optional<T>(string name, string valueName, string description)
    {
        var option = new Option<T?>(name) { HelpName = valueName, Description = description };
        Options.Add(option);
        return option;
    }

    /// <summary>Declares an option with a default.</summary>
    protected Option<T> Default<T>(string name, string valueName, T value, string description)
    {
        var option = new Option<T>(name) { HelpName = valueName, Description = description, DefaultValueFactory = _ => value };
        Options.Add(option);
        return option;
    }

    /// <summary>Declares a switch.</summary>
    protected Option<bool> Switch(string name, string description)
    {
        var option = new Option<bool>(name) { Description = description };
        Options.Add(option);
        return option;
    }

    /// <summary>Declares the seed that decides all randomness of the verb.</summary>
    protected Option<int> Seed(int value = 1) => Default("--seed", "N", value, "Decides all that is random: the same seed gives the same bits.");
}
