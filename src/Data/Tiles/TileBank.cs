namespace JaccardKernels.Data;

/// <summary>
/// Small pictures of single objects, all of one size, decoded once: a zip or folder with a folder per class (CIFAR-10's 32 x 32, say).
/// </summary>
internal sealed class TileBank
{
    private readonly byte[] _pixels;
    private readonly string[] _names;
    private readonly int[] _classes;
    private readonly int[][] _byClass;

    private TileBank(string[] classNames, string[] names, int[] classes, int size, byte[] pixels)
    {
        ClassNames = classNames;
        Size = size;
        _names = names;
        _classes = classes;
        _pixels = pixels;
        _byClass = new int[classNames.Length][];
        for (int c = 0; c < classNames.Length; c++) _byClass[c] = [.. Enumerable.Range(0, classes.Length).Where(i => classes[i] == c)];
    }

    /// <summary>The class folders, in ordinal order.</summary>
    public string[] ClassNames { get; }

    /// <summary>Tiles.</summary>
    public int Count => _classes.Length;

    /// <summary>Side of a tile in pixels.</summary>
    public int Size { get; }

    /// <summary>Decodes all tiles.</summary>
    /// <exception cref="InvalidDataException">A tile is no image, outside a class folder, or not square and of the others'
    /// size.</exception>
    public static TileBank Load(string path)
    {
        using IImageSource source = ImageSource.Open(path);
        string[] names = [.. source.Names];
        if (names.Length == 0) throw new InvalidDataException($"{path}: no image in it.");
        string[] classNames = [.. names.Select(name => FolderOf(path, name)).Distinct().Order(StringComparer.Ordinal)];
        int[] classes = [.. names.Select(name => Array.BinarySearch(classNames, FolderOf(path, name), StringComparer.Ordinal))];
        int size = source.Decode(names[0]).Width;
        byte[] pixels = new byte[checked(names.Length * size * size * 3)];
        ParallelLoop.For(names.Length, i =>
        {
            RgbImage tile = source.Decode(names[i]);
            if (tile.Width != size || tile.Height != size)
                throw new InvalidDataException($"{path}: {names[i]} has {tile.Width} x {tile.Height} pixels; the tiles are {size} x {size}.");
            tile.Pixels.CopyTo(pixels.AsSpan(i * size * size * 3));
        });
        return new TileBank(classNames, names, classes, size, pixels);
    }

    /// <summary>A tile's name in the archive.</summary>
    public string Name(int tile) => _names[tile];

    /// <summary>A tile's class.</summary>
    public int Class(int tile) => _classes[tile];

    /// <summary>The tiles of a class.</summary>
    public ReadOnlySpan<int> OfClass(int index) => _byClass[index];

    /// <summary>A tile's bytes, [Size,Size,3].</summary>
    public ReadOnlySpan<byte> Pixels(int tile) => _pixels.AsSpan(tile * Size * Size * 3, Size * Size * 3);

    private static string FolderOf(string path, string name) => name.LastIndexOf('/') is > 0 and int slash
        ? name[..slash]
        : throw new InvalidDataException($"{path}: {name} is in no folder; a folder per class is expected.");
}
