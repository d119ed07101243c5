using System.Text.Json.Serialization;
using JaccardKernels.Data;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Report;

/// <summary>All that a report says; <see cref="ReportFolder"/> writes it for people and for programs.</summary>
internal sealed record ReportDocument
{
    /// <summary>The headline.</summary>
    public required string Title { get; init; }

    /// <summary>What was done and what came out, in a sentence or two.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Data, network, seeds, device, times: what somebody needs to repeat it.</summary>
    public IReadOnlyList<ReportFact> Facts { get; init; } = [];

    /// <summary>What was measured, beside each other; the first one is the one reported on.</summary>
    public IReadOnlyList<ReportSystem> Systems { get; init; } = [];

    /// <summary>Charts beside those that follow from <see cref="Systems"/>, such as <see cref="TrainingCharts"/>.</summary>
    public IReadOnlyList<ReportChart> Charts { get; init; } = [];

    /// <summary>What the pictures are of, and by what they were ranked.</summary>
    public string PicturesTitle { get; init; } = "";

    /// <summary>Queries and what was found for them.</summary>
    [JsonIgnore]
    public IReadOnlyList<ReportPictureRow> Pictures { get; init; } = [];

    /// <summary>The pictures without their pixels: what the JSON has of them.</summary>
    [JsonPropertyName("pictures")]
    public IReadOnlyList<ReportPictureFactsRow> PictureFacts => [.. Pictures.Select(row => new ReportPictureFactsRow(row.Query, row.Results))];
}

/// <summary>A line of text.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Value">What is said.</param>
internal sealed record ReportFact(string Name, string Value);

/// <summary>A system and its measures.</summary>
/// <param name="Name">What it is called in tables and charts.</param>
/// <param name="Evaluation">Its measures.</param>
internal sealed record ReportSystem(string Name, EvaluationReport Evaluation);

/// <summary>A chart of lines.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="XLabel">The horizontal axis.</param>
/// <param name="YLabel">The vertical axis.</param>
/// <param name="Series">The lines.</param>
/// <param name="LogarithmicX">The horizontal axis is logarithmic; all x are above 0.</param>
/// <param name="Note">By which conventions, for small print.</param>
internal sealed record ReportChart(
    string Title, string XLabel, string YLabel, IReadOnlyList<ChartSeries> Series, bool LogarithmicX = false, string Note = "");

/// <summary>A line of a chart; points whose y is not finite are left out.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="X">Ascending.</param>
/// <param name="Y">As many.</param>
/// <param name="IsBaseline">A level to compare with, such as chance: drawn dashed and grey.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, bool IsBaseline = false);

/// <summary>A query and its results, nearest first.</summary>
/// <param name="Query">The query.</param>
/// <param name="Results">What was found.</param>
internal sealed record ReportPictureRow(ReportPicture Query, IReadOnlyList<ReportPicture> Results);

/// <summary>A query and its results without pixels.</summary>
/// <param name="Query">The query.</param>
/// <param name="Results">What was found.</param>
internal sealed record ReportPictureFactsRow(ReportPictureFacts Query, IReadOnlyList<ReportPictureFacts> Results);

/// <summary>What is known of a picture.</summary>
/// <param name="Id">Which image of the set it is.</param>
/// <param name="Labels">Its objects in words, such as "2 disc, 1 star".</param>
/// <param name="Similarity">The multiset Jaccard of its labels and the query's; null for a query, or where labels are unknown.</param>
/// <param name="Distance">Its distance from the query; null for a query.</param>
/// <param name="Relevant">Whether it counts as relevant; null for a query, or where labels are unknown.</param>
internal record ReportPictureFacts(string Id, string Labels, double? Similarity, double? Distance, bool? Relevant);

/// <summary>A picture and what is known of it.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Id">As of <see cref="ReportPictureFacts"/>, like the others.</param>
/// <param name="Labels">Its objects in words.</param>
/// <param name="Similarity">Of its labels and the query's.</param>
/// <param name="Distance">From the query.</param>
/// <param name="Relevant">Whether it counts.</param>
internal sealed record ReportPicture(
    RgbImage Image, string Id, string Labels, double? Similarity = null, double? Distance = null, bool? Relevant = null)
    : ReportPictureFacts(Id, Labels, Similarity, Distance, Relevant);
