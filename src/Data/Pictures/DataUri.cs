namespace JaccardKernels.Data;

/// <summary>Pictures as text inside a page, so that a report is one file.</summary>
public static class DataUri
{
    private const int ThumbnailQuality = 85;

    /// <summary>Lossless: for sheets and small pictures.</summary>
    public static string Png(RgbImage image) => $"data:image/png;base64,{Convert.ToBase64String(ImageCodec.Default.EncodePng(image))}";

    /// <summary>A tenth of the size: for photos.</summary>
    public static string Jpeg(RgbImage image) =>
        $"data:image/jpeg;base64,{Convert.ToBase64String(ImageCodec.Default.EncodeJpeg(image, ThumbnailQuality))}";
}
