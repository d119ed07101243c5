using System.CommandLine;
using JaccardKernels.Engine;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index remove</c>.</summary>
internal sealed class IndexRemoveVerb : Verb
{
    private readonly Argument<string> _path = new("index") { HelpName = "I.jkx", Description = "The index file." };
    private readonly Option<long[]?> _ids;
    private readonly Option<string?> _file;

    public IndexRemoveVerb()
        : base(
            "remove",
            "Removes items from an index by their ids. They are gone at once; what they took on the disk is given back by 'jk index compact'. Ids that are not " +
            "there are passed over.",
            "jk index remove photos.jkx --ids 17 4711",
            "jk index remove codes.jkx --ids-file gone.npy")
    {
        Arguments.Add(_path);
        _ids = Optional<long[]>("--ids", "N", "The ids, one or several.");
        _ids.AllowMultipleArgumentsPerToken = true;
        _file = Optional<string>("--ids-file", "F.npy", "The ids, integers [N].");
    }

    public override void Run(VerbContext context)
    {
        if (context.IsGiven(_ids) == context.IsGiven(_file)) throw new ArgumentException("there is nothing to remove, or too much is named: --ids or --ids-file.");
        long[] ids = context.Get(_file) is { } file ? NpyFile.Read(file).ToInt64() : context.Get(_ids)!;
        string path = context.Get(_path);
        using StoredIndex index = StoredIndex.OpenAny(path, writable: true, threads: 1);
        int removed = index.Remove(ids);
        if (removed < ids.Length) context.Note($"{ids.Length - removed} of {ids.Length} ids are not there.");
        IndexReport.Of(path, index).Report(context);
    }
}
