namespace JaccardKernels.Data;

/// <summary>
/// The one place where image file formats are known. Everything else in this room works on <see cref="RgbImage"/>, so another library is
/// one more implementation of these three methods and one line in <see cref="ImageCodec"/>. Implementations are safe for several threads.
/// </summary>
public interface IImageCodec
{
    /// <summary>
    /// Decodes PNG, JPEG, BMP or WebP. Transparent pixels are laid on white; a rotation in the metadata is carried out; of an animation
    /// the first frame.
    /// </summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="InvalidDataException">
    /// Not an image this codec reads, truncated or corrupt, or declared with more than <see cref="ImageCodec.MaximumPixels"/> pixels.
    /// </exception>
    RgbImage Decode(ReadOnlySpan<byte> file, string name);

    /// <summary>The image as a PNG file: lossless.</summary>
    byte[] EncodePng(RgbImage image);

    /// <summary>The image as a baseline JPEG file.</summary>
    /// <param name="image">What to encode.</param>
    /// <param name="quality">1 to 100.</param>
    byte[] EncodeJpeg(RgbImage image, int quality);
}
