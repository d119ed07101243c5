using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using JaccardKernels.Cli.Training;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What goes into an index.</summary>
/// <param name="Ids">Its ids; null means those that follow the ones there are.</param>
/// <param name="Codes">Its codes; of embeddings, their signs.</param>
/// <param name="Embeddings">The embeddings; null where there are codes alone.</param>
/// <param name="Names">Its names, if known.</param>
/// <param name="Labels">Its labels, if known.</param>
/// <param name="Origin">What made the codes; empty if unknown.</param>
internal sealed record IndexItems(long[]? Ids, PackedCodes Codes, EmbeddingMatrix? Embeddings, string[]? Names, LabelMatrix? Labels, string Origin)
{
    /// <summary>What an index of these keeps.</summary>
    public IndexContent Content => new(Codes.Bits) { HasNames = Names is not null, Classes = Labels?.Classes ?? 0, Origin = Origin };

    /// <summary>Adds them to an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="firstId">The first of ids that are not given.</param>
    /// <exception cref="ArgumentException">The index keeps something else.</exception>
    public void AddTo(StoredIndex index, long firstId)
    {
        if (index is TableIndex tables)
        {
            if (Embeddings!.Dimensions != tables.QueryLength)
                throw new ArgumentException($"the embeddings have {Embeddings.Dimensions} dimensions; those of the index have {tables.QueryLength}.");
        }
        else if (index.Bits != Codes.Bits) throw new ArgumentException($"the codes have {Codes.Bits} bits; those of the index have {index.Bits}.");
        if (index.HasNames != (Names is not null))
            throw new ArgumentException(index.HasNames ? "the index keeps names, and there are none." : "there are names, and the index keeps none.");
        if (index.Classes != (Labels?.Classes ?? 0))
            throw new ArgumentException($"there are labels of {Labels?.Classes ?? 0} classes; the index keeps {index.Classes}.");
        long[] ids = Ids ?? [.. Enumerable.Range(0, Codes.Count).Select(i => firstId + i)];
        ReadOnlySpan<int> counts = Labels is null ? default : Labels.Counts;
        if (index is BinaryIndex binary) binary.Add(ids, Codes.Data, Names, counts);
        else ((TableIndex)index).Add(ids, Embeddings!.Values, Names, counts);
    }
}

/// <summary>Where the items of an index come from: <c>--run</c> with <c>--data</c>, <c>--embeddings</c> or <c>--codes</c> with what belongs to them.</summary>
internal sealed class IndexInput
{
    private readonly Option<string?> _run, _data, _codes, _embeddings, _ids, _names, _labels;
    private readonly Option<int> _bits;
    private readonly Option<string> _origin;
    private readonly SplitOption _split;
    private readonly DeviceOptions _device;

    /// <summary>Adds the options to a verb.</summary>
    public IndexInput(Command verb)
    {
        _run = Add<string?>("--run", "RUN", "A run folder or a model file, to make codes of images.");
        _data = Add<string?>("--data", "SPEC|FOLDER", "The images; they are brought to the model's input.");
        _split = new SplitOption(verb);
        _codes = Add<string?>("--codes", "C.npy",
            "The codes: .npy uint8 [N,bits/8], least significant bit first; .bvecs; .fvecs, by their signs; a binary index of faiss; or made up: random:N, clustered:N.");
        _embeddings = Add<string?>("--embeddings", "E.npy", "Embeddings float32 [N,D], as 'jk embed' writes them: binary codes are their signs.");
        _bits = Add<int>("--bits", "N", "Bits of a code of --codes; 0 means 8 for each column, 64 where they are made up.");
        _ids = Add<string?>("--ids", "I.npy", "The ids that go with --codes or --embeddings, integers [N], 0 or more; without, they are numbered on.");
        _names = Add<string?>("--names", "F.txt", "The names that go with them, one a line.");
        _labels = Add<string?>("--labels", "L.npy", "The counts per class that go with them, integers [N,C].");
        _origin = Add<string>("--origin", "TEXT", "What made them, one line, so that queries of another kind can be told from them.");
        _device = new DeviceOptions(verb);

        Option<T> Add<T>(string name, string valueName, string description)
        {
            var option = new Option<T>(name) { HelpName = valueName, Description = description };
            verb.Options.Add(option);
            return option;
        }
    }

    /// <summary>Opens codes that need not be held in memory: there are no names and labels to go with them, and their bits fill whole bytes.</summary>
    /// <param name="context">The verb's.</param>
    /// <param name="open">Opens them; any number of times.</param>
    /// <returns>Whether they are so.</returns>
    /// <exception cref="ArgumentException">What is to be made up is not said as it should be.</exception>
    public bool TryOpen(VerbContext context, [NotNullWhen(true)] out Func<ICodeSource>? open)
    {
        open = null;
        if (context.Get(_codes) is not { } codes) return false;
        if (context.IsGiven(_run) || context.IsGiven(_data) || context.IsGiven(_embeddings) || _split.IsGiven(context)) return false;
        int bits = context.Get(_bits);
        string[] parts = codes.Split(':');
        if (parts is ["random" or "clustered", var number])
        {
            if (!long.TryParse(number, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out long count) || count < 1)
                throw new ArgumentException($"--codes is '{codes}'; after the colon there is a number of codes, 1 or more.");
            open = () => new GeneratedCodes(count, bits == 0 ? 64 : bits, clustered: parts[0] == "clustered");
            return true;
        }
        if (bits % 8 != 0 || context.IsGiven(_names) || context.IsGiven(_labels) || context.IsGiven(_origin)) return false;
        string? ids = context.Get(_ids);
        open = () =>
        {
            ICodeSource source = CodeFiles.Open(codes, ids);
            if (bits == 0 || source.Bits == bits) return source;
            source.Dispose();
            throw new InvalidDataException($"{codes}: codes have {source.Bits / 8} bytes; {bits} bits are {bits / 8}.");
        };
        return true;
    }

    /// <summary>Refuses codes, where embeddings are needed.</summary>
    /// <exception cref="ArgumentException">There are codes.</exception>
    public void RequireEmbeddings(VerbContext context, string what)
    {
        if (context.IsGiven(_codes)) throw new ArgumentException($"{what} takes --embeddings, or --run with --data, and not --codes: a quantizer makes codes of embeddings.");
    }

    /// <summary>Reads or makes the items.</summary>
    /// <exception cref="ArgumentException">The options do not go together, or what they name does not.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    public IndexItems Read(VerbContext context)
    {
        bool ofImages = context.IsGiven(_run) || context.IsGiven(_data);
        int sources = (ofImages ? 1 : 0) + (context.IsGiven(_codes) ? 1 : 0) + (context.IsGiven(_embeddings) ? 1 : 0);
        if (sources != 1)
            throw new ArgumentException(
                $"{(sources > 1 ? "--codes, --embeddings and --run with --data exclude each other" : "there is nothing to build from")}: " +
                "--run and --data name a model and images, --codes names codes, --embeddings embeddings.");
        IndexItems items = ofImages ? FromImages(context) : FromFiles(context);
        if (items.Names is { } names && names.Length != items.Codes.Count)
            throw new ArgumentException($"there are {names.Length} names for {items.Codes.Count} codes.");
        if (items.Labels is { } labels && labels.Count != items.Codes.Count)
            throw new ArgumentException($"there are {labels.Count} rows of labels for {items.Codes.Count} codes.");
        if (items.Ids is { } ids && ids.Length != items.Codes.Count)
            throw new ArgumentException($"there are {ids.Length} ids for {items.Codes.Count} codes.");
        return items;
    }

    private IndexItems FromImages(VerbContext context)
    {
        foreach (Option option in new Option[] { _bits, _ids, _names, _labels, _origin })
            if (context.IsGiven(option)) throw new ArgumentException($"{option.Name} goes with --codes or --embeddings; images bring their own.");
        string run = context.Get(_run) ?? throw new ArgumentException("--data needs --run: the model that makes codes of the images.");
        string spec = context.Get(_data) ?? throw new ArgumentException("--run needs --data: the images to make codes of.");
        using IBackend backend = _device.Open(context);
        using TrainedModel model = TrainedModel.Load(backend, run);
        using Dataset data = model.Open(spec, context);
        IImageSet set = _split.Choose(context, data);
        EmbeddingMatrix embeddings = EmbeddedSplits.Embed(context, model.Model, set);
        PackedCodes codes = PackedCodes.FromEmbeddings(backend, embeddings.Values, embeddings.Dimensions);
        string[] names = [.. Enumerable.Range(0, set.Count).Select(set.Id)];
        return new IndexItems(null, codes, embeddings, names, data.HasLabels ? set.ToLabelMatrix() : null, model.Origin());
    }

    private PackedCodes Signs(VerbContext context, EmbeddingMatrix embeddings)
    {
        using IBackend backend = _device.Open(context);
        return PackedCodes.FromEmbeddings(backend, embeddings.Values, embeddings.Dimensions);
    }

    private IndexItems FromFiles(VerbContext context)
    {
        if (_split.IsGiven(context)) throw new ArgumentException("--split goes with --data; files are indexed whole.");
        string origin = context.Get(_origin) ?? "";
        if (origin.Contains('\n', StringComparison.Ordinal)) throw new ArgumentException("--origin has several lines; one is the limit.");
        EmbeddingMatrix? embeddings = context.Get(_embeddings) is { } path ? EmbeddingMatrix.From(NpyFile.Read(path)) : null;
        if (embeddings is not null && context.IsGiven(_bits)) throw new ArgumentException("--bits goes with --codes; embeddings have a bit a dimension.");
        PackedCodes codes = embeddings is null ? PackedCodes.ReadNpy(context.Get(_codes)!, context.Get(_bits)) : Signs(context, embeddings);
        string[]? names = context.Get(_names) is { } namesPath ? File.ReadAllLines(namesPath) : null;
        LabelMatrix? labels = context.Get(_labels) is { } labelsPath ? LabelMatrix.From(NpyFile.Read(labelsPath)) : null;
        long[]? ids = context.Get(_ids) is { } idsPath ? NpyFile.Read(idsPath).ToInt64() : null;
        return new IndexItems(ids, codes, embeddings, names, labels, origin);
    }
}
