namespace JaccardKernels.Data;

/// <summary>The tiles of a bank themselves, with one-hot labels: for pretraining.</summary>
public sealed class TileSet : ByteImageSet
{
    private readonly TileBank _bank;

    internal TileSet(string name, TileBank bank, ImageInput input, Augmentation augmentation)
        : base(name, bank.ClassNames, OneHot(bank.Count, bank.ClassNames.Length, bank.Class), bank.Count, input, augmentation, null) =>
        _bank = bank;

    /// <inheritdoc/>
    public override string Id(int index) => _bank.Name(index);

    private protected override void Render(int index, Span<byte> pixels) => _bank.Pixels(index).CopyTo(pixels);
}
