using System.Globalization;
using JaccardKernels.Data;

namespace JaccardKernels.Cli.Report;

/// <summary>The pictures of a report as one picture.</summary>
internal static class ReportSheet
{
    private const string Rows = "Each row: a query, then what was found, nearest first.";

    private static readonly string[] Known =
    [
        Rows, "J: multiset Jaccard of the labels; d: distance. Broad green frame: relevant; narrow red frame: not.",
    ];

    // Of a query without labels neither J nor relevance is known.
    private static readonly string[] Unknown = [Rows, "d: distance."];

    /// <summary>Draws the sheet.</summary>
    /// <exception cref="ArgumentException">The report has no pictures.</exception>
    public static RgbImage Draw(ReportDocument document) => PictureSheet.Draw(
        document.PicturesTitle.Length > 0 ? document.PicturesTitle : document.Title,
        document.Pictures.Any(row => row.Results.Any(picture => picture.Relevant is not null)) ? Known : Unknown,
        [.. document.Pictures.Select(row => (IReadOnlyList<SheetPicture>)[Query(row.Query), .. row.Results.Select(Result)])]);

    /// <summary>What stands below a result: its similarity and distance, where known.</summary>
    public static string Caption(ReportPicture picture) => string.Join("  ", new[]
    {
        picture.Similarity is { } similarity ? string.Create(CultureInfo.InvariantCulture, $"J {similarity:0.00}") : "",
        picture.Distance is { } distance ? string.Create(CultureInfo.InvariantCulture, $"d {distance:0.##}") : "",
    }.Where(part => part.Length > 0));

    private static SheetPicture Query(ReportPicture picture) => new(picture.Image, SheetFrame.Query, "query", picture.Labels);

    private static SheetPicture Result(ReportPicture picture) => new(
        picture.Image,
        picture.Relevant switch { true => SheetFrame.Relevant, false => SheetFrame.Irrelevant, null => SheetFrame.Unknown },
        Caption(picture), picture.Labels);
}
