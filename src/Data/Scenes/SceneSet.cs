namespace JaccardKernels.Data;

/// <summary>
/// Generated multi-object scenes: coloured, textured shapes, the class being the shape. Drawn when loaded, always the same.
/// </summary>
public sealed class SceneSet : ByteImageSet
{
    private readonly int _seed;
    private readonly int _split;

    /// <summary>Describes scenes and lays each out once to count its objects.</summary>
    /// <param name="name">What to call the set.</param>
    /// <param name="input">3 channels, height equal to width, at least 24.</param>
    /// <param name="seed">Scenes are a pure function of (seed, split, index).</param>
    /// <param name="split">Sets of different splits have no scene in common.</param>
    /// <param name="count">Scenes.</param>
    /// <param name="augmentation">What a non-zero key does.</param>
    internal SceneSet(string name, ImageInput input, int seed, int split, int count, Augmentation augmentation)
        : base(name, SceneGenerator.ClassNames, CountObjects(input.Width, seed, split, count), count, input, augmentation, cache: null)
    {
        _seed = seed;
        _split = split;
    }

    /// <inheritdoc/>
    public override string Id(int index) => $"scene/{_seed}/{_split}/{index}";

    private protected override void Render(int index, Span<byte> pixels)
    {
        var room = new SceneObjects();
        Span<SceneObject> objects = room;
        RandomStream random = RandomStream.Of(_seed, _split, index);
        int placed = SceneGenerator.Layout(ref random, Width, objects, out SceneBackground background);
        SceneRasterizer.Draw(objects[..placed], in background, Width, pixels);
    }

    private static int[] CountObjects(int size, int seed, int split, int count)
    {
        int classes = SceneGenerator.ClassNames.Length;
        int[] counts = new int[count * classes];
        ParallelLoop.For(count, i =>
        {
            var room = new SceneObjects();
            Span<SceneObject> objects = room;
            RandomStream random = RandomStream.Of(seed, split, i);
            int placed = SceneGenerator.Layout(ref random, size, objects, out _);
            foreach (ref readonly SceneObject shape in objects[..placed]) counts[i * classes + (int)shape.Shape]++;
        });
        return counts;
    }
}
