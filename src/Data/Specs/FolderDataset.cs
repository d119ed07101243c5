namespace JaccardKernels.Data;

/// <summary>Opens <c>folder:</c> or a bare path: pictures without labels, all in the database split.</summary>
internal static class FolderDataset
{
    public static Dataset Open(SpecReader options, Action<string>? skipped)
    {
        BadImages bad = options.Choice("bad", BadImages.Fatal);
        ImageInput input = InputOptions.ReadInput(options, 96);
        Augmentation augmentation = InputOptions.ReadAugmentation(options);
        ImageCache cache = InputOptions.ReadCache(options);
        options.End();

        IImageSource source = ImageSource.Open(options.Path);
        try
        {
            if (source.Names.Count == 0) throw new InvalidDataException($"{options.Path}: no image in it (.jpg, .jpeg, .png, .bmp, .webp).");
            string[] names = [.. source.Names];
            var list = new LabeledImageList(options.Path, [], names, [.. names.Select(_ => "")], [], null, false);
            var located = new LocatedImages(list, source, bad, skipped);
            var empty = new EmptyImageSet($"{options.Path} (no labels)", [], input);
            var images = new FileImageSet(options.Path, list, located.Usable, located, input, augmentation, cache);
            return new Dataset(options.Text, input, empty, empty, images, source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
