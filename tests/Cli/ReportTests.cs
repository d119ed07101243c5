using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using JaccardKernels.Cli.Report;
using JaccardKernels.Data;
using JaccardKernels.Engine;
using JaccardKernels.Learning;
using JaccardKernels.Retrieval;
using JaccardKernels.Tests.Files;

namespace JaccardKernels.Tests.Cli;

public sealed class ReportTests
{
    [Test]
    public void AFolderHoldsPageJsonAndSheet()
    {
        using var folder = new TemporaryFolder();
        ReportDocument document = Document();
        string page = ReportFolder.Write(folder["report"], document);
        string html = File.ReadAllText(page);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder["report/report.json"]));
        RgbImage sheet = ImageCodec.DecodeFile(folder["report/sheet.png"]);
        EvaluationReport evaluation = document.Systems[0].Evaluation;
        MeasureResult map = evaluation.Find("mAP@0.5", MeasureConventions.Strict);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(html, Does.Contain("&lt;multiset&gt; &amp; co"), "names are text, not markup");
            Assert.That(html, Does.Not.Contain("src=\"http").And.Not.Contain("href=").And.Not.Contain("<script"), "the page needs nothing else");
            Assert.That(html, Does.Contain($">{map.Value:0.0000}<").And.Contain($">{map.Chance:0.0000}<"));
            foreach (MeasureConventions conventions in new[] { MeasureConventions.Field, MeasureConventions.Strict }) Assert.That(html, Does.Contain($"{conventions}"));
            // Curves of two relevances and two gradings, and loss, active triplets, distances.
            Assert.That(Regex.Count(html, "<svg "), Is.EqualTo(5 + 3));
            Assert.That(Regex.Count(html, "<img "), Is.EqualTo(2 * 4));
            Assert.That(Regex.Count(html, "class=\"picture relevant\""), Is.EqualTo(2 * 2));
            Assert.That(json.RootElement.GetProperty("systems")[0].GetProperty("evaluation").GetProperty("measures").GetArrayLength(), Is.EqualTo(evaluation.Measures.Count));
            Assert.That(json.RootElement.GetProperty("pictures")[1].GetProperty("results")[0].GetProperty("similarity").GetDouble(), Is.EqualTo(1));
            Assert.That(sheet.Width, Is.GreaterThan(4 * 100));
        }
    }

    [Test]
    public void AChartPutsPointsWhereTheAxesSay()
    {
        var chart = new ReportChart("t", "k", "p", [new ChartSeries("a<b", [1, 10, 100], [0.5, double.NaN, 1.0])], LogarithmicX: true);
        var html = new System.Text.StringBuilder();
        SvgChart.Write(html, chart);
        XElement figure = XElement.Parse(html.ToString());
        double[][] points = [.. figure.Descendants("polyline").Single().Attribute("points")!.Value.Split(' ').Select(p => p.Split(',').Select(double.Parse).ToArray())];
        double[] ticks = [.. figure.Descendants("line").Where(line => line.Attribute("class")!.Value == "grid").Select(line => (double)line.Attribute("y1")!)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(points, Has.Length.EqualTo(2), "what is not a number is left out");
            Assert.That(points[0][0], Is.EqualTo(62), "x = 1 is where the axis begins");
            Assert.That(points[1][0], Is.EqualTo(560 - 18));
            Assert.That(points[1][1], Is.EqualTo(ticks.Min()).Within(0.1), "y = 1 is the highest tick");
            Assert.That(points[0][1], Is.EqualTo((ticks.Min() + ticks.Max()) / 2).Within(0.1), "y = 0.5 is half way up from 0");
            Assert.That(figure.Descendants("span").Single().Value, Is.EqualTo("a<b"));
        }
    }

    [TestCase(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [TestCase(0, 0.037, new[] { 0, 0.01, 0.02, 0.03, 0.04 })]
    [TestCase(-3, 7, new double[] { -4, -2, 0, 2, 4, 6, 8 })]
    [TestCase(5, 5, new double[] { 5, 6, 7, 8, 9, 10 })]
    public void TicksAreRoundNumbers(double minimum, double maximum, double[] expected) =>
        Assert.That(AxisTicks.Linear(minimum, maximum, 5, rounded: true).Values, Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void LogarithmicTicksAreFewOrFine()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(AxisTicks.Logarithmic(1, 5000).Values, Is.EqualTo(new double[] { 1, 10, 100, 1000 }).Within(1e-9));
            Assert.That(AxisTicks.Logarithmic(1, 25).Values, Is.EqualTo(new double[] { 1, 2, 5, 10, 20 }).Within(1e-9));
            Assert.That(AxisTicks.Logarithmic(1, 100).Position(10), Is.EqualTo(0.5).Within(1e-12));
        }
    }

    [Test]
    public void LongTrainingIsAveragedDown()
    {
        TrainingMetrics[] steps = [.. Enumerable.Range(1, 1000).Select(step => Metrics("embedding", step, 1000, step % 2))];
        ReportChart loss = TrainingCharts.Create(("run", steps))[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(loss.Series.Single().X, Has.Count.EqualTo(200));
            Assert.That(loss.Series.Single().X[0], Is.EqualTo(3));
            Assert.That(loss.Series.Single().Y[0], Is.EqualTo(0.6).Within(1e-6), "steps 1 to 5 have losses 1 0 1 0 1");
        }
    }

    private static ReportDocument Document()
    {
        using var backend = new HostBackend(1);
        float[] values = [.. Enumerable.Range(0, 120).Select(i => MathF.Sin(i * i))];
        int[] counts = [.. Enumerable.Range(0, 60).Select(i => i * i % 5 % 3)];
        var embeddings = new EmbeddingMatrix(values, 6);
        var labels = new LabelMatrix(counts, 3);
        EvaluationReport evaluation = Evaluation.OfEmbeddings(
            backend, embeddings, embeddings, EmbeddingDistance.SquaredEuclidean, labels, labels, new EvaluationOptions { LeaveOneOut = true, Cutoffs = [5] });
        var image = new RgbImage(32, 24);
        image.Pixels.Fill(120);
        var row = new ReportPictureRow(
            new ReportPicture(image, "q", "2 disc"),
            [new ReportPicture(image, "a", "2 disc", 1, 3, true), new ReportPicture(image, "b", "1 disc", 0.5, 4, false), new ReportPicture(image, "c", "2 disc", 1, 9, true)]);
        return new ReportDocument
        {
            Title = "A report of <multiset> & co",
            Facts = [new ReportFact("seed", "1")],
            Systems = [new ReportSystem("trained", evaluation), new ReportSystem("untrained", evaluation)],
            Charts = TrainingCharts.Create(("run", [.. Enumerable.Range(1, 30).Select(step => Metrics("embedding", step, 30, 5f / step))])),
            Pictures = [row, row],
        };
    }

    private static TrainingMetrics Metrics(string phase, int step, int steps, float loss) =>
        new(phase, step, steps, loss, float.NaN, 100, 50, 1, 2, 0.1f, 0.05f, 1e-3f, 1000, false);
}
