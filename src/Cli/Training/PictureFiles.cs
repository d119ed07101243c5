using JaccardKernels.Data;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Training;

/// <summary>Picture files named one by one, as a network takes them. Nothing is known of what they show.</summary>
/// <param name="paths">The files.</param>
/// <param name="input">The network's input.</param>
internal sealed class PictureFiles(IReadOnlyList<string> paths, ImageInput input) : IImageSet, IDisplayImages
{
    /// <inheritdoc/>
    public string Name => "pictures";

    /// <inheritdoc/>
    public int Count => paths.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => [];

    /// <inheritdoc/>
    public int Channels => input.Channels;

    /// <inheritdoc/>
    public int Height => input.Height;

    /// <inheritdoc/>
    public int Width => input.Width;

    /// <inheritdoc/>
    public string Id(int index) => paths[index];

    /// <inheritdoc/>
    public ReadOnlySpan<int> Labels(int index) => [];

    /// <inheritdoc/>
    public void Load(int index, ulong augmentation, Span<float> pixels) => input.Convert(ImageCodec.DecodeFile(paths[index]), pixels);

    /// <inheritdoc/>
    public RgbImage Display(int index)
    {
        byte[] bytes = new byte[input.FrameElements];
        input.Resize(ImageCodec.DecodeFile(paths[index]), bytes);
        return input.ToImage(bytes);
    }
}
