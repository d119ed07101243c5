namespace JaccardKernels.Data;

/// <summary>Loaded images. The memory belongs to the loader and is used again for a later batch.</summary>
public sealed class ImageBatch
{
    private readonly int[] _indices;
    private readonly ulong[] _augmentations;
    private readonly float[] _pixels;
    private readonly int _imageLength;

    internal ImageBatch(int capacity, int imageLength)
    {
        _indices = new int[capacity];
        _augmentations = new ulong[capacity];
        _pixels = new float[Problems.Guard.Elements("batch", capacity, imageLength)];
        _imageLength = imageLength;
    }

    /// <summary>Images in the batch.</summary>
    public int Count { get; internal set; }

    /// <summary>Which images they are, [Count].</summary>
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, Count);

    /// <summary>The images, [Count,Channels,Height,Width].</summary>
    public ReadOnlySpan<float> Pixels => _pixels.AsSpan(0, Count * _imageLength);

    /// <summary>Images not yet handed to a thread, and images not yet finished; guarded by the loader's lock.</summary>
    internal int Taken { get; set; }

    internal int Finished { get; set; }

    internal void Fill(IBatchPlan plan)
    {
        Count = plan.Next(_indices, _augmentations);
        Taken = 0;
        Finished = 0;
    }

    internal void Load(Learning.IImageSet set, int item) =>
        set.Load(_indices[item], _augmentations[item], _pixels.AsSpan(item * _imageLength, _imageLength));
}
