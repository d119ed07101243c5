using JaccardKernels.Learning;

namespace JaccardKernels.Data;

/// <summary>A data set, opened: three splits without an image in common, and single objects for pretraining where it has them.</summary>
public sealed class Dataset : IDisposable
{
    private readonly IDisposable?[] _owned;

    /// <summary>Puts the splits together and checks that they can be trained and evaluated on.</summary>
    /// <param name="name">The text it was opened by.</param>
    /// <param name="input">What its images are.</param>
    /// <param name="train">For training.</param>
    /// <param name="query">Queries.</param>
    /// <param name="database">What they are asked of.</param>
    /// <param name="owned">What is closed with the data set.</param>
    /// <exception cref="InvalidDataException">A split is empty, a query is in another split, or there is only one class.</exception>
    internal Dataset(string name, ImageInput input, IImageSet train, IImageSet query, IImageSet database, params IDisposable?[] owned)
    {
        Name = name;
        Input = input;
        Train = train;
        Query = query;
        Database = database;
        _owned = owned;
        if (!HasLabels) return;
        if (ClassNames.Count == 1)
            throw new InvalidDataException($"{name}: there is only one class, {ClassNames[0]}; at least 2 are needed to tell images apart.");
        RequireImages("train", train);
        RequireImages("query", query);
        RequireImages("database", database);
        var queries = new HashSet<string>(Enumerable.Range(0, query.Count).Select(query.Id), StringComparer.Ordinal);
        RequireNoQuery("train", train);
        RequireNoQuery("database", database);

        // A query that was trained on, or finds itself, makes every measure too good.
        void RequireNoQuery(string split, IImageSet set)
        {
            for (int i = 0; i < set.Count; i++)
            {
                if (queries.Contains(set.Id(i))) throw new InvalidDataException($"{name}: the query {set.Id(i)} is in the {split} split too.");
            }
        }

        void RequireImages(string split, IImageSet set)
        {
            if (set.Count == 0) throw new InvalidDataException($"{name}: the {split} split is empty.");
        }
    }

    /// <summary>The text it was opened by.</summary>
    public string Name { get; }

    /// <summary>What its images are: size, channels, normalisation.</summary>
    public ImageInput Input { get; }

    /// <summary>Names of the classes; empty for a folder of pictures.</summary>
    public IReadOnlyList<string> ClassNames => Database.ClassNames;

    /// <summary>
    /// Whether images have labels. Without, they are all in <see cref="Database"/> and can be embedded and searched only.
    /// </summary>
    public bool HasLabels => ClassNames.Count > 0;

    /// <summary>Images for training.</summary>
    public IImageSet Train { get; }

    /// <summary>Queries.</summary>
    public IImageSet Query { get; }

    /// <summary>What queries are asked of.</summary>
    public IImageSet Database { get; }

    /// <summary>
    /// Single objects, one-hot labels, of the training images (the same classes, perhaps another size); null where the set has none.
    /// </summary>
    public IImageSet? Tiles { get; internal init; }

    /// <summary>Single objects that are in no training image, to measure the pretraining by; null where the set has none.</summary>
    public IImageSet? HeldOutTiles { get; internal init; }

    /// <summary>Refuses a set without labels.</summary>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public void RequireLabels()
    {
        if (!HasLabels)
            throw new InvalidDataException(
                $"{Name}: the images have no labels; they can be embedded and searched, not trained or evaluated on.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable? owned in _owned) owned?.Dispose();
    }
}
