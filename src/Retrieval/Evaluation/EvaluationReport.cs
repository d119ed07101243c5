using System.Text.Json;
using System.Text.Json.Serialization;

namespace JaccardKernels.Retrieval;

/// <summary>The measures of a set of queries against a database, each with its conventions and its chance level.</summary>
/// <param name="Distance">What ranked the database.</param>
/// <param name="Queries">Queries.</param>
/// <param name="Database">Items ranked for each query.</param>
/// <param name="Top">The cut of the ranking, R.</param>
/// <param name="LeaveOneOut">Queries are items of the database, each left out of its own ranking.</param>
/// <param name="EmptySimilarity">The similarity of two images without labels.</param>
/// <param name="Selection">How the network was chosen.</param>
/// <param name="Relevances">The relevances measured by.</param>
/// <param name="Measures">The measures.</param>
/// <param name="Curves">Measures against rank.</param>
public sealed record EvaluationReport(
    string Distance, int Queries, int Database, int Top, bool LeaveOneOut, float EmptySimilarity, string Selection,
    IReadOnlyList<RelevanceStatistics> Relevances, IReadOnlyList<MeasureResult> Measures, IReadOnlyList<MeasureCurve> Curves)
{
    /// <summary>A measure by its name and conventions.</summary>
    /// <param name="name">Such as <c>mAP@0.5</c>.</param>
    /// <param name="conventions">The conventions.</param>
    /// <param name="relevance">The relevance in words, where several share the name; else the first is found.</param>
    /// <param name="grade">The grade or gain in words, likewise.</param>
    /// <exception cref="ArgumentException">It was not measured.</exception>
    public MeasureResult Find(string name, MeasureConventions conventions, string? relevance = null, string? grade = null)
    {
        string text = conventions.ToString();
        return Measures.FirstOrDefault(m =>
                m.Name == name && m.Conventions == text && (relevance is null || m.Relevance == relevance) && (grade is null || m.Grade == grade))
            ?? throw new ArgumentException($"'{name}' by '{text}' was not measured.", nameof(name));
    }

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationReportJson.Default.EvaluationReport);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static EvaluationReport FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, EvaluationReportJson.Default.EvaluationReport)
                ?? throw new InvalidDataException("the report is null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"the text is not an evaluation report: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }
}

/// <summary>What a relevance makes of the labels.</summary>
/// <param name="Relevance">In words.</param>
/// <param name="Share">The share of relevant pairs of a query and an item: the chance level of precision.</param>
/// <param name="QueriesWithout">Queries without a relevant item in the database.</param>
public sealed record RelevanceStatistics(string Relevance, double Share, int QueriesWithout);

/// <summary>A mean over queries.</summary>
/// <param name="Name">Such as <c>mAP@0.5</c> or <c>NDCG@100</c>.</param>
/// <param name="Relevance">What was relevant, where it matters.</param>
/// <param name="Grade">The grade (ACG, WAP) or gain (NDCG), where it matters.</param>
/// <param name="Conventions">The conventions, in words.</param>
/// <param name="Value">The measure.</param>
/// <param name="Chance">Its exact expectation over random rankings, by the same conventions.</param>
/// <param name="Queries">The queries averaged over; fractional where dropping depends on the order of ties.</param>
public sealed record MeasureResult(string Name, string? Relevance, string? Grade, string Conventions, double Value, double Chance, double Queries);

/// <summary>A measure against rank.</summary>
/// <param name="Name">Such as <c>precision</c> or <c>NDCG</c>.</param>
/// <param name="Relevance">What was relevant, where it matters.</param>
/// <param name="Grade">The gain, where it matters.</param>
/// <param name="Conventions">The conventions, in words.</param>
/// <param name="Ranks">Ranks, ascending.</param>
/// <param name="Values">The measure at each rank.</param>
/// <param name="Chance">Its expectation over random rankings at each rank.</param>
public sealed record MeasureCurve(
    string Name, string? Relevance, string? Grade, string Conventions,
    IReadOnlyList<int> Ranks, IReadOnlyList<double> Values, IReadOnlyList<double> Chance);

/// <summary>JSON of reports without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationReportJson : JsonSerializerContext;
