using System.CommandLine;
using JaccardKernels.Data;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index add</c>.</summary>
internal sealed class IndexAddVerb : Verb
{
    private readonly Argument<string> _path = new("index") { HelpName = "I.jkx", Description = "The index file." };
    private readonly IndexInput _input;

    public IndexAddVerb()
        : base(
            "add",
            "Adds images, codes or embeddings to an index; where it is searched by tables, the quantizer in it makes the codes. They go to the log beside the file, on the disk before the verb ends, and are found at once, also by " +
            "processes that have the index open and refresh it. Ids that are not given are numbered on from the largest there is. 'jk index compact' writes file and log as one.\n\n" +
            "Data sets:\n" + DataSpec.Help,
            "jk index add photos.jkx --run weights/scenes.safetensors --data new/",
            "jk index add codes.jkx --codes more.npy --ids more-ids.npy")
    {
        Arguments.Add(_path);
        _input = new IndexInput(this);
    }

    public override void Run(VerbContext context)
    {
        string path = context.Get(_path);
        using StoredIndex index = StoredIndex.OpenAny(path, writable: true, threads: 1);
        if (index is BinaryIndex binary && _input.TryOpen(context, out Func<ICodeSource>? open))
        {
            using ICodeSource source = open();
            IndexBuilder.Add(binary, source, context.Progress.OfStore(path), context.Cancellation);
        }
        else
        {
            if (index is TableIndex) _input.RequireEmbeddings(context, path);
            IndexItems items = _input.Read(context);
            if (items.Origin.Length > 0 && index.Origin.Length > 0 && items.Origin != index.Origin)
                throw new ArgumentException($"{path}: its codes were made by {index.Origin}; these are by {items.Origin}.");
            using TableQuantizer? quantizer = index is TableIndex tables ? TableQuantizer.Of(tables, path) : null;
            items.AddTo(index, index.LargestId + 1);
        }
        IndexReport.Of(path, index).Report(context);
    }
}
