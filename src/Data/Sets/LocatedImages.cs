namespace JaccardKernels.Data;

/// <summary>The files of a label list's images, and which of the images can be used.</summary>
internal sealed class LocatedImages
{
    private readonly string?[] _files;

    /// <summary>Looks up every image of the list; with <see cref="BadImages.Skip"/> also decodes each.</summary>
    /// <param name="list">Labels.</param>
    /// <param name="source">Where the files are.</param>
    /// <param name="bad">What to do about those that are missing or damaged.</param>
    /// <param name="skipped">Is told one line for each image left out, in list order.</param>
    /// <exception cref="InvalidDataException">Images are missing and <paramref name="bad"/> is fatal, none is left, or two entries mean one
    /// file.</exception>
    public LocatedImages(LabeledImageList list, IImageSource source, BadImages bad, Action<string>? skipped)
    {
        Source = source;
        _files = new string?[list.Count];
        string?[] faults = new string?[list.Count];
        var names = new ImageNames(source);
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < list.Count; i++)
        {
            string? file = _files[i] = names.Resolve(list.Name(i));
            if (file is null) faults[i] = $"{source.Path}: no image {list.Name(i)}";
            else if (!taken.TryAdd(file, i))
                throw new InvalidDataException($"{list.Path}: {list.Name(taken[file])} and {list.Name(i)} are one file, {file}.");
        }
        if (bad == BadImages.Fatal) RefuseMissing(list, source, faults);
        else Probe(source, faults);
        var usable = new List<int>(list.Count);
        for (int i = 0; i < list.Count; i++)
        {
            if (faults[i] is { } fault) skipped?.Invoke(fault);
            else usable.Add(i);
        }
        if (usable.Count == 0)
            throw new InvalidDataException($"{list.Path}: none of the {list.Count} listed images can be used; the first fault: {faults[0]}");
        Usable = [.. usable];
    }

    /// <summary>Where the files are.</summary>
    public IImageSource Source { get; }

    /// <summary>Indices of the list's images that can be used, ascending.</summary>
    public int[] Usable { get; }

    /// <summary>The file of a usable image.</summary>
    public string File(int index) => _files[index]!;

    private static void RefuseMissing(LabeledImageList list, IImageSource source, string?[] faults)
    {
        int missing = faults.Count(fault => fault is not null);
        if (missing == 0) return;
        string some = string.Join(", ", Enumerable.Range(0, faults.Length).Where(i => faults[i] is not null).Select(list.Name).Take(3));
        string more = missing > 3 ? ", ..." : "";
        throw new InvalidDataException(
            $"{list.Path}: {missing} of {list.Count} listed images are not in {source.Path}: {some}{more}; bad=skip leaves them out.");
    }

    // A header does not tell whether the rest is there: only decoding does.
    private void Probe(IImageSource source, string?[] faults) => ParallelLoop.For(faults.Length, i =>
    {
        if (faults[i] is not null) return;
        try
        {
            source.Decode(_files[i]!);
        }
        catch (InvalidDataException e)
        {
            faults[i] = e.Message;
        }
    });
}
