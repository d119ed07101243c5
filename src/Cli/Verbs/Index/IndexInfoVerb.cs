using System.CommandLine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index info</c>.</summary>
internal sealed class IndexInfoVerb : Verb
{
    private readonly Argument<string> _path = new("index") { HelpName = "I.jkx", Description = "The index file." };
    private readonly Option<bool> _quick = new("--quick") { Description = "Read the header and the log only." };

    public IndexInfoVerb()
        : base("info", "Checks an index file whole, checksums and all, and its log, and says what they hold.", "jk index info photos.jkx", "jk index info photos.jkx --quick")
    {
        Arguments.Add(_path);
        Options.Add(_quick);
    }

    public override void Run(VerbContext context)
    {
        string path = context.Get(_path);
        using StoredIndex index = StoredIndex.OpenAny(path, threads: 1);
        if (!context.Get(_quick)) index.Check(context.Progress.OfStore(path), context.Cancellation);
        IndexReport.Of(path, index).Report(context);
    }
}
