using System.CommandLine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index info</c>.</summary>
internal sealed class IndexInfoVerb : Verb
{
    private readonly Argument<string> _path = new("index") { HelpName = "I.jkx", Description = "The index file." };

    public IndexInfoVerb()
        : base("info", "Checks an index file whole, checksums and all, and says what it holds.", "jk index info photos.jkx") => Arguments.Add(_path);

    public override void Run(VerbContext context)
    {
        string path = context.Get(_path);
        IndexReport.Of(path, HammingIndex.Read(path)).Report(context);
    }
}
