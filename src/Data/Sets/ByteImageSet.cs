using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// What all image sets share: a subclass draws or decodes an image to the bytes of the input's frame; this class keeps the bytes while the
/// cache has room, draws the augmentation, and normalises. Safe for several threads.
/// </summary>
public abstract class ByteImageSet : ICropImages, IDisplayImages
{
    [ThreadStatic]
    private static byte[]? s_scratch;

    // What the scratch of this thread holds: crops of one image follow each other, and it is decoded once for them. Sets go by number, so
    // that a thread does not keep one alive.
    [ThreadStatic]
    private static (long Set, int Index) s_held;

    private static long s_sets;

    private readonly long _number = Interlocked.Increment(ref s_sets);
    private readonly int[] _counts;
    private readonly Augmentation _augmentation;
    private readonly ImageCache? _cache;
    private readonly byte[]?[]? _kept;

    /// <param name="name">What the set is: its data set and split.</param>
    /// <param name="classNames">Names of the C classes.</param>
    /// <param name="counts">Objects per class, [Count,C].</param>
    /// <param name="count">Images.</param>
    /// <param name="input">Size, channels and normalisation.</param>
    /// <param name="augmentation">What a non-zero key does.</param>
    /// <param name="cache">Where decoded images are kept, or null for sets that draw faster than they are fetched from memory.</param>
    private protected ByteImageSet(
        string name, IReadOnlyList<string> classNames, int[] counts, int count, ImageInput input, Augmentation augmentation,
        ImageCache? cache)
    {
        Guard.Length(counts.Length, count * classNames.Count);
        Name = name;
        ClassNames = classNames;
        Count = count;
        Input = input;
        _counts = counts;
        _augmentation = augmentation;
        _cache = cache;
        _kept = cache is null ? null : new byte[count][];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Size, channels and normalisation.</summary>
    public ImageInput Input { get; }

    /// <inheritdoc/>
    public int Channels => Input.Channels;

    /// <inheritdoc/>
    public int Height => Input.Height;

    /// <inheritdoc/>
    public int Width => Input.Width;

    /// <inheritdoc/>
    public abstract string Id(int index);

    /// <inheritdoc/>
    public ReadOnlySpan<int> Labels(int index) => _counts.AsSpan(Check(index) * ClassNames.Count, ClassNames.Count);

    /// <inheritdoc/>
    public void Load(int index, ulong augmentation, Span<float> pixels) =>
        Input.Normalize(Bytes(Check(index)), _augmentation.Draw(augmentation), pixels);

    /// <inheritdoc/>
    public bool HasCrops => Input.HasFrame;

    /// <inheritdoc/>
    public void LoadCrop(int index, ImageCrop crop, Span<float> pixels) => Input.Normalize(Bytes(Check(index)), Variant(crop), pixels);

    /// <inheritdoc/>
    public RgbImage Display(int index) => Input.ToImage(Bytes(Check(index)));

    /// <summary>Draws or decodes one image.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <param name="pixels">The frame, [FrameHeight,FrameWidth,Channels], overwritten.</param>
    private protected abstract void Render(int index, Span<byte> pixels);

    /// <summary>Counts [count,classes] of images with one object each.</summary>
    private protected static int[] OneHot(int count, int classes, Func<int, int> classOf)
    {
        int[] counts = new int[Guard.Elements("counts", count, classes)];
        for (int i = 0; i < count; i++) counts[i * classes + classOf(i)] = 1;
        return counts;
    }

    private ReadOnlySpan<byte> Bytes(int index)
    {
        if (_kept?[index] is { } kept) return kept;
        int length = Input.FrameElements;
        if (_kept is not null && _cache!.TryReserve(length))
        {
            byte[] bytes = new byte[length];
            Render(index, bytes);
            // Two threads that meet here have drawn the same bytes; either array will do.
            Volatile.Write(ref _kept[index], bytes);
            return bytes;
        }
        if (s_held == (_number, index)) return s_scratch.AsSpan(0, length);
        byte[] scratch = s_scratch is { } s && s.Length >= length ? s : s_scratch = new byte[length];
        s_held = default;
        Render(index, scratch.AsSpan(0, length));
        s_held = (_number, index);
        return scratch.AsSpan(0, length);
    }

    // Corners touch the frame's, also where the frame is larger by an odd number of pixels.
    private Augmentation.Variant Variant(ImageCrop crop)
    {
        int x = Input.FrameWidth - Input.Width, y = Input.FrameHeight - Input.Height;
        return new Augmentation.Variant(crop.IsMirrored, false, Move(crop.Horizontal, x), Move(crop.Vertical, y));

        static int Move(int side, int room) => side switch { < 0 => -(room / 2), 0 => 0, _ => room - room / 2 };
    }

    private int Check(int index) => (uint)index < (uint)Count
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), $"index is {index}; {Name} has {Count} images.");
}
