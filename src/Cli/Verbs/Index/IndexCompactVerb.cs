using System.CommandLine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index compact</c>.</summary>
internal sealed class IndexCompactVerb : Verb
{
    private readonly Argument<string> _path = new("index") { HelpName = "I.jkx", Description = "The index file." };

    public IndexCompactVerb()
        : base(
            "compact",
            "Writes an index file and its log as one new file. It takes the place of the old one when it is whole, so that stopping at any moment loses nothing; " +
            "processes that have the old one open go on with it until they refresh. There must be room for both.",
            "jk index compact photos.jkx") => Arguments.Add(_path);

    public override void Run(VerbContext context)
    {
        string path = context.Get(_path);
        using StoredIndex index = StoredIndex.OpenAny(path, writable: true, threads: 1);
        index.Compact(context.Progress.OfStore(path), context.Cancellation);
        IndexReport.Of(path, index).Report(context);
    }
}
