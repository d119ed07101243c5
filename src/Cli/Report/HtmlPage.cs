using System.Globalization;
using System.Net;
using System.Text;
using JaccardKernels.Data;
using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Report;

/// <summary>A report as one HTML page: style, charts and pictures inside it, no script, nothing fetched.</summary>
internal static class HtmlPage
{
    // Above this side a lossless picture would be too large for a page of many.
    private const int LargestLossless = 128;

    /// <summary>The whole page.</summary>
    public static string Write(ReportDocument document)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>").Append(Text(document.Title)).Append("</title>\n");
        html.Append("<style>\n").Append(PageStyle.Sheet).Append("</style>\n</head>\n<body>\n<main>\n");
        html.Append("<h1>").Append(Text(document.Title)).Append("</h1>\n");
        if (document.Summary.Length > 0) html.Append("<p class=\"summary\">").Append(Text(document.Summary)).Append("</p>\n");
        WriteMeasures(html, document.Systems);
        WriteCharts(html, "Measures against rank", MeasureCharts.Create(document.Systems));
        WritePictures(html, document);
        WriteCharts(html, "Training", document.Charts);
        WriteFacts(html, document.Facts);
        html.Append("</main>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void WriteFacts(StringBuilder html, IReadOnlyList<ReportFact> facts)
    {
        if (facts.Count == 0) return;
        html.Append("<h2>How it was made</h2>\n<dl>\n");
        foreach (ReportFact fact in facts)
            html.Append("<dt>").Append(Text(fact.Name)).Append("</dt><dd>").Append(Text(fact.Value)).Append("</dd>\n");
        html.Append("</dl>\n");
    }

    private static void WriteMeasures(StringBuilder html, IReadOnlyList<ReportSystem> systems)
    {
        if (systems.Count == 0) return;
        html.Append("<h2>Measures</h2>\n<p>");
        EvaluationReport first = systems[0].Evaluation;
        html.Append(Invariant($"{first.Queries:N0} queries against {first.Database:N0} images, rankings cut at {first.Top:N0}"));
        html.Append(first.LeaveOneOut ? ", each query left out of its own ranking. " : ". ");
        foreach (RelevanceStatistics relevance in first.Relevances)
            html.Append(Invariant($"{Text(relevance.Relevance)}: {relevance.Share:P1} of pairs. "));
        html.Append(Invariant($"Two images without labels have similarity {first.EmptySimilarity}. Network chosen by: {Text(first.Selection)}.</p>\n"));
        WriteTable(html, systems, IsHeadline);
        html.Append("<details><summary>Precision, recall, WAP and ACG</summary>\n");
        WriteTable(html, systems, name => !IsHeadline(name));
        html.Append("</details>\n");
    }

    private static bool IsHeadline(string measure) => measure.StartsWith("mAP", StringComparison.Ordinal) || measure.StartsWith("NDCG", StringComparison.Ordinal);

    private static void WriteTable(StringBuilder html, IReadOnlyList<ReportSystem> systems, Func<string, bool> shown)
    {
        html.Append("<div class=\"wide\"><table>\n<thead><tr><th>measure</th><th>of</th>");
        foreach (ReportSystem system in systems)
            html.Append("<th class=\"n\">").Append(Text(system.Name)).Append("<small>").Append(Text(system.Evaluation.Distance)).Append("</small></th>");
        html.Append("<th class=\"n\">chance</th></tr></thead>\n");
        foreach (IGrouping<string, MeasureResult> group in systems[0].Evaluation.Measures.Where(measure => shown(measure.Name)).GroupBy(measure => measure.Conventions))
        {
            html.Append(Invariant($"<tbody>\n<tr class=\"group\"><th colspan=\"{systems.Count + 3}\">{Text(group.Key)}</th></tr>\n"));
            foreach (MeasureResult measure in group) WriteMeasure(html, systems, measure);
            html.Append("</tbody>\n");
        }
        html.Append("</table></div>\n");
    }

    private static void WriteMeasure(StringBuilder html, IReadOnlyList<ReportSystem> systems, MeasureResult measure)
    {
        string of = string.Join("; ", new[] { measure.Relevance, measure.Grade }.OfType<string>());
        html.Append("<tr><td>").Append(Text(measure.Name)).Append("</td><td class=\"of\">").Append(Text(of)).Append("</td>");
        double?[] values = [.. systems.Select(system => system.Evaluation.Measures.FirstOrDefault(other =>
            (other.Name, other.Relevance, other.Grade, other.Conventions) == (measure.Name, measure.Relevance, measure.Grade, measure.Conventions))?.Value)];
        double? best = values.Length > 1 ? values.Max() : null;
        foreach (double? value in values)
        {
            string text = value is { } number ? Units.Measure(number) : "-";
            html.Append(value is not null && value == best ? $"<td class=\"n\"><b>{text}</b></td>" : $"<td class=\"n\">{text}</td>");
        }
        html.Append("<td class=\"n chance\">").Append(Units.Measure(measure.Chance)).Append("</td></tr>\n");
    }

    private static void WriteCharts(StringBuilder html, string title, IReadOnlyList<ReportChart> charts)
    {
        if (charts.Count == 0) return;
        html.Append("<h2>").Append(Text(title)).Append("</h2>\n<div class=\"charts\">\n");
        foreach (ReportChart chart in charts) SvgChart.Write(html, chart);
        html.Append("</div>\n");
    }

    private static void WritePictures(StringBuilder html, ReportDocument document)
    {
        if (document.Pictures.Count == 0) return;
        html.Append("<h2>Queries and what was found</h2>\n<p>").Append(Text(document.PicturesTitle));
        html.Append(" Left the query, then the results, nearest first. J is the multiset Jaccard of the labels, d the distance; a broad green frame means relevant.</p>\n");
        foreach (ReportPictureRow row in document.Pictures)
        {
            html.Append("<div class=\"row\">\n");
            WritePicture(html, row.Query, "query", "query");
            foreach (ReportPicture result in row.Results)
                WritePicture(html, result, result.Relevant switch { true => "relevant", false => "irrelevant", null => "" }, ReportSheet.Caption(result));
            html.Append("</div>\n");
        }
    }

    private static void WritePicture(StringBuilder html, ReportPicture picture, string style, string caption)
    {
        RgbImage image = picture.Image;
        string source = Math.Max(image.Width, image.Height) <= LargestLossless ? DataUri.Png(image) : DataUri.Jpeg(image);
        html.Append(Invariant($"<div class=\"picture {style}\"><img src=\"{source}\" alt=\"{Text(picture.Labels)}\" title=\"{Text(picture.Id)}\">"));
        html.Append("<span>").Append(Text(caption)).Append("</span><small>").Append(Text(picture.Labels)).Append("</small></div>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
