using System.CommandLine;
using JaccardKernels.Data;
using JaccardKernels.Problems;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary><c>jk index build</c>.</summary>
internal sealed class IndexBuildVerb : Verb
{
    private readonly IndexInput _input;
    private readonly Option<string> _out;
    private readonly Option<string> _structure, _quantizer;
    private readonly Option<int> _lists, _seed;
    private readonly Option<bool> _keep;

    public IndexBuildVerb()
        : base(
            "build",
            "Writes an index of images or of codes. From images: --run embeds those of --data and packs the signs; names, labels where there are " +
            "any, and the SHA-256 of the model go with them, so that 'jk search' knows its own. From codes or embeddings: --codes or --embeddings, and if given ids, names and " +
            "labels, whatever made them. All parts carry checksums.\n\nStructures of binary codes, all exact: flat compares all codes by Hamming distance; mih " +
            "finds them by tables of substrings (multi-index hashing), much faster where a million codes and more lie in clusters; jaccard ranks by the Jaccard " +
            "similarity of the sets of bits.\n\nStructures of codes that stand for sums of codewords, which keep more of the embeddings' order than bits do, and are " +
            "searched by look-up tables of the query: tables compares all codes; ivf has them in lists around centroids, of which 'jk search --probes' takes the nearest. " +
            "The quantizer is learned from the embeddings, or read; with --keep-embeddings 'jk search --rerank' decides by exact distances.\n\nData sets:\n" + DataSpec.Help,
            "jk index build --run weights/scenes.safetensors --data photos/ --out photos.jkx",
            "jk index build --run runs/scenes --data scenes --out scenes.jkx",
            "jk index build --codes codes.npy --names names.txt --structure mih --out photos.jkx",
            "jk index build --run runs/scenes --data scenes --structure tables --quantizer composite:64 --keep-embeddings --out scenes.jkx",
            "jk index build --embeddings photos.npy --structure ivf --lists 256 --out photos.jkx",
            "jk index build --codes clustered:100000000 --structure mih --out large.jkx")
    {
        _input = new IndexInput(this);
        _structure = Default("--structure", string.Join('|', IndexStructures.Names), "flat", "How the codes are arranged and searched.");
        _quantizer = Default("--quantizer", "KIND:BITS|Q.safetensors", "composite:64", "What makes codes for tables and ivf: composite, product, sign or itq, learned from the embeddings, or a file.");
        _lists = Default("--lists", "N", 0, "Lists of ivf; 0 means four times the square root of the number of items.");
        _keep = new Option<bool>("--keep-embeddings") { Description = "Keep the embeddings in a tables or ivf index, 4 bytes a dimension, for exact distances." };
        Options.Add(_keep);
        _seed = Default("--seed", "N", 1, "Other seeds learn the quantizer and the lists from other starts.");
        _out = Required<string>("--out", "I.jkx", "Where to write.");
    }

    public override void Run(VerbContext context)
    {
        IndexStructure structure = IndexStructures.Parse(context.Get(_structure));
        string path = context.Get(_out);
        StoreProgress progress = context.Progress.OfStore(path);
        if (IndexStructures.IsOfTables(structure))
        {
            BuildTables(context, structure, path, progress);
        }
        else if (TableOptionGiven(context) is { } option)
        {
            throw new ArgumentException($"{option.Name} goes with --structure tables or ivf, not with {context.Get(_structure)}.");
        }
        else if (_input.TryOpen(context, out Func<ICodeSource>? open))
        {
            IndexBuilder.Build(path, open, structure, progress: progress, cancellation: context.Cancellation);
        }
        else
        {
            IndexItems items = _input.Read(context);
            using BinaryIndex index = BinaryIndex.CreateAny(structure, items.Content, threads: 1);
            items.AddTo(index, firstId: 0);
            index.Save(path, structure, progress, context.Cancellation);
        }
        IndexReport.Of(path).Report(context);
    }

    private Option? TableOptionGiven(VerbContext context) =>
        Array.Find([_quantizer, _lists, _keep, _seed], (Option option) => context.IsGiven(option));

    private void BuildTables(VerbContext context, IndexStructure structure, string path, StoreProgress progress)
    {
        if (structure == IndexStructure.Tables && context.IsGiven(_lists)) throw new ArgumentException("--lists goes with --structure ivf; tables has one list.");
        int lists = context.Get(_lists), seed = Guard.AtLeast(context.Get(_seed), 0, "--seed");
        if (lists is not 0 and not (>= 2 and <= TableIndex.MostLists)) throw new ArgumentException($"--lists is {lists}; the range is 2 to {TableIndex.MostLists}, or 0.");
        _input.RequireEmbeddings(context, $"--structure {context.Get(_structure)}");
        IndexItems items = _input.Read(context);
        EmbeddingMatrix embeddings = items.Embeddings!;
        context.Progress.Report(() => $"{path}: learning {context.Get(_quantizer)}");
        using TableQuantizer quantizer = TableQuantizer.Of(context.Get(_quantizer), embeddings, seed);
        var content = new TableContent(quantizer.ToBytes())
        {
            KeepsEmbeddings = context.Get(_keep), HasNames = items.Names is not null, Classes = items.Labels?.Classes ?? 0, Origin = items.Origin,
        };
        using TableIndex index = TableIndex.Create(content, threads: 1);
        index.Encoder = quantizer.Encode;
        context.Progress.Report(() => $"{path}: making codes");
        items.AddTo(index, firstId: 0);
        if (structure == IndexStructure.Tables) lists = 1;
        if (lists == 0) lists = Math.Clamp((int)(4 * Math.Sqrt(embeddings.Count)), 1, embeddings.Count);
        index.Save(path, lists, seed, progress, context.Cancellation);
    }
}
