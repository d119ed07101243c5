using System.Globalization;
using System.Net;
using System.Text;

namespace JaccardKernels.Cli.Report;

/// <summary>
/// A chart of lines as inline SVG. Colours are classes of the page's style sheet, so a chart follows the reader's light or dark scheme; text is
/// text. Written by hand because it is a page of code, where a plotting library would bring fonts and fixed colours with it.
/// </summary>
internal static class SvgChart
{
    private const int Width = 560;
    private const int Height = 300;
    private const int Left = 62;
    private const int Right = 18;
    private const int Top = 14;
    private const int Bottom = 46;

    // Few points are marked, so that it is seen where they are.
    private const int MostMarkers = 24;

    /// <summary>A figure: title, chart, legend.</summary>
    public static void Write(StringBuilder html, ReportChart chart)
    {
        List<ChartSeries> series = [.. chart.Series.Select(Finite).Where(one => one.X.Count > 0)];
        if (series.Count == 0) return;
        double lowX = series.Min(one => one.X.Min()), highX = series.Max(one => one.X.Max());
        AxisTicks x = chart.LogarithmicX ? AxisTicks.Logarithmic(lowX, highX) : AxisTicks.Linear(lowX, highX, 6, rounded: false);
        // Measures, losses and distances are compared by their lengths above zero.
        AxisTicks y = AxisTicks.Linear(Math.Min(0, series.Min(one => one.Y.Min())), series.Max(one => one.Y.Max()), 5, rounded: true);

        html.Append("<figure>\n<h3>").Append(Text(chart.Title)).Append("</h3>\n");
        html.Append(Invariant($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(chart.Title)}\">\n"));
        WriteAxes(html, chart, x, y);
        int colour = 0;
        foreach (ChartSeries one in series.OrderBy(one => one.IsBaseline ? 0 : 1)) WriteSeries(html, one, x, y, one.IsBaseline ? -1 : colour++);
        html.Append("</svg>\n");
        WriteLegend(html, chart, series);
        html.Append("</figure>\n");
    }

    private static void WriteAxes(StringBuilder html, ReportChart chart, AxisTicks x, AxisTicks y)
    {
        foreach (double tick in y.Values)
        {
            double at = PixelY(y, tick);
            html.Append(Invariant($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{at:0.#}\" y2=\"{at:0.#}\"/>"));
            html.Append(Invariant($"<text x=\"{Left - 8}\" y=\"{at + 4:0.#}\" text-anchor=\"end\">{AxisTicks.Label(tick)}</text>\n"));
        }
        const int Axis = Height - Bottom;
        foreach (double tick in x.Values)
        {
            double at = PixelX(x, tick);
            html.Append(Invariant($"<line class=\"axis\" x1=\"{at:0.#}\" x2=\"{at:0.#}\" y1=\"{Axis}\" y2=\"{Axis + 5}\"/>"));
            html.Append(Invariant($"<text x=\"{at:0.#}\" y=\"{Axis + 19}\" text-anchor=\"middle\">{AxisTicks.Label(tick)}</text>\n"));
        }
        html.Append(Invariant($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Axis}\" y2=\"{Axis}\"/>\n"));
        html.Append(Invariant($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Text(chart.XLabel)}</text>\n"));
        const int Middle = (Top + Axis) / 2;
        html.Append(Invariant($"<text x=\"14\" y=\"{Middle}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {Middle})\">{Text(chart.YLabel)}</text>\n"));
    }

    private static void WriteSeries(StringBuilder html, ChartSeries series, AxisTicks x, AxisTicks y, int colour)
    {
        string name = Class(colour);
        html.Append(Invariant($"<polyline class=\"line {name}\" points=\""));
        for (int i = 0; i < series.X.Count; i++) html.Append(Invariant($"{(i > 0 ? " " : "")}{PixelX(x, series.X[i]):0.#},{PixelY(y, series.Y[i]):0.#}"));
        html.Append("\"/>\n");
        if (series.X.Count > MostMarkers || colour < 0) return;
        for (int i = 0; i < series.X.Count; i++)
        {
            html.Append(Invariant($"<circle class=\"dot {name}\" cx=\"{PixelX(x, series.X[i]):0.#}\" cy=\"{PixelY(y, series.Y[i]):0.#}\" r=\"3\">"));
            html.Append(Invariant($"<title>{Text(series.Name)}: {series.Y[i]:0.####} at {series.X[i]:0.##}</title></circle>\n"));
        }
    }

    private static void WriteLegend(StringBuilder html, ReportChart chart, List<ChartSeries> series)
    {
        html.Append("<figcaption>");
        int colour = 0;
        foreach (ChartSeries one in series)
            html.Append("<span class=\"key ").Append(Class(one.IsBaseline ? -1 : colour++)).Append("\">").Append(Text(one.Name)).Append("</span>");
        if (chart.Note.Length > 0) html.Append("<small>").Append(Text(chart.Note)).Append("</small>");
        html.Append("</figcaption>\n");
    }

    // The style sheet has six colours; a seventh line begins anew.
    private static string Class(int colour) => colour < 0 ? "baseline" : $"c{colour % 6}";

    private static ChartSeries Finite(ChartSeries series)
    {
        int[] kept = [.. Enumerable.Range(0, series.X.Count).Where(i => double.IsFinite(series.X[i]) && double.IsFinite(series.Y[i]))];
        return kept.Length == series.X.Count ? series : series with { X = [.. kept.Select(i => series.X[i])], Y = [.. kept.Select(i => series.Y[i])] };
    }

    private static double PixelX(AxisTicks axis, double value) => Left + axis.Position(value) * (Width - Left - Right);

    private static double PixelY(AxisTicks axis, double value) => Height - Bottom - axis.Position(value) * (Height - Top - Bottom);

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
