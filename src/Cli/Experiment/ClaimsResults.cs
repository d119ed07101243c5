using System.Text.Json.Serialization;

namespace JaccardKernels.Cli.Experiment;

/// <summary>One kind of codes, or real numbers, of one trained network, measured.</summary>
/// <param name="Code">real, sign, itq, composite or product.</param>
/// <param name="Bits">Bits of a code; 0 for real numbers.</param>
/// <param name="MapHalf">mAP@0.5, all of the database ranked, over all relevant items, ties in expectation.</param>
/// <param name="Ndcg">NDCG@100, its gain from the multiset Jaccard similarity.</param>
/// <param name="Map">mAP over shared labels, as <paramref name="MapHalf"/>.</param>
internal sealed record CodeResult(string Code, int Bits, double MapHalf, double Ndcg, double Map);

/// <summary>What one unit of the experiment found: a head trained by one method with one seed.</summary>
/// <param name="Part">Which data.</param>
/// <param name="Method">Which method.</param>
/// <param name="Seed">Which seed.</param>
/// <param name="Codes">Its embeddings and their codes, measured.</param>
/// <param name="Ranks">Ranks of <paramref name="Ndcg"/>.</param>
/// <param name="Ndcg">NDCG against rank, of the embeddings.</param>
/// <param name="Distances">Mean squared distance of pairs, a twentieth of all pairs each, nearest first, over the mean of all.</param>
/// <param name="Similarities">Mean multiset Jaccard similarity of the same pairs.</param>
/// <param name="Loss">Mean loss of the last 50 steps.</param>
/// <param name="ActiveShare">Mean share of active triplets of the last 50 steps.</param>
/// <param name="Seconds">What training and measuring took.</param>
internal sealed record MethodResult(
    string Part, string Method, int Seed, IReadOnlyList<CodeResult> Codes, IReadOnlyList<int> Ranks, IReadOnlyList<double> Ndcg,
    IReadOnlyList<double> Distances, IReadOnlyList<double> Similarities, double Loss, double ActiveShare, double Seconds);

/// <summary>What a part is measured on, and its backbone.</summary>
/// <param name="Part">Which data.</param>
/// <param name="Seed">Which seed.</param>
/// <param name="Train">Training images.</param>
/// <param name="Queries">Queries.</param>
/// <param name="Database">What they are asked of.</param>
/// <param name="Accuracy">The share of held-out single objects that the pretrained backbone tells rightly; NaN without any.</param>
/// <param name="ChanceMapHalf">mAP@0.5 of a random ranking.</param>
/// <param name="ChanceNdcg">NDCG@100 of a random ranking.</param>
/// <param name="ChanceMap">mAP of a random ranking.</param>
/// <param name="RelevantHalf">The share of pairs with a multiset Jaccard similarity above 0.5.</param>
/// <param name="Seconds">What pretraining and features took.</param>
internal sealed record PartResult(
    string Part, int Seed, int Train, int Queries, int Database, double Accuracy, double ChanceMapHalf, double ChanceNdcg, double ChanceMap,
    double RelevantHalf, double Seconds);

/// <summary>Everything an experiment found, and how it was made.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Machine">Where it ran.</param>
/// <param name="Parts">By part and seed.</param>
/// <param name="Methods">By part, method and seed.</param>
/// <param name="Missing">Parts whose data was not there, with the reason.</param>
/// <param name="Claims">The verdicts.</param>
internal sealed record ClaimsReport(
    ClaimsOptions Options, string Machine, IReadOnlyList<PartResult> Parts, IReadOnlyList<MethodResult> Methods, IReadOnlyList<MissingPart> Missing,
    IReadOnlyList<ClaimVerdict> Claims);

/// <summary>A part that could not be run.</summary>
/// <param name="Part">Which.</param>
/// <param name="Reason">Why.</param>
internal sealed record MissingPart(string Part, string Reason);

/// <summary>JSON of results. NaN is a string.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ClaimsReport))]
[JsonSerializable(typeof(MethodResult))]
[JsonSerializable(typeof(PartResult))]
[JsonSerializable(typeof(ClaimsConfiguration))]
internal sealed partial class ClaimsJson : JsonSerializerContext;
