namespace JaccardKernels.Data;

/// <summary>
/// One generated object a tile, one-hot labels: what a network is pretrained on before it sees scenes. Classes take turns.
/// </summary>
public sealed class ShapeTileSet : ByteImageSet
{
    private readonly int _seed;
    private readonly int _split;

    internal ShapeTileSet(string name, ImageInput input, int seed, int split, int count, Augmentation augmentation)
        : base(name, SceneGenerator.ClassNames, OneHot(count, SceneGenerator.ClassNames.Length, ClassOf), count, input, augmentation, null)
    {
        _seed = seed;
        _split = split;
    }

    /// <inheritdoc/>
    public override string Id(int index) => $"shape/{_seed}/{_split}/{index}";

    private protected override void Render(int index, Span<byte> pixels)
    {
        RandomStream random = RandomStream.Of(_seed, _split, index);
        SceneObject shape = SceneGenerator.LayoutTile(ref random, (SceneShape)ClassOf(index), Width, out SceneBackground background);
        SceneRasterizer.Draw([shape], in background, Width, pixels);
    }

    private static int ClassOf(int index) => index % SceneGenerator.ClassNames.Length;
}
