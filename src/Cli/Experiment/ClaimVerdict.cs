using System.Globalization;
using JaccardKernels.Learning;

namespace JaccardKernels.Cli.Experiment;

/// <summary>What the experiment says of a claim.</summary>
/// <param name="Part">On which data.</param>
/// <param name="Claim">The claim.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Evidence">The numbers.</param>
internal sealed record ClaimVerdict(string Part, string Claim, bool Holds, string Evidence)
{
    // Shares of the real embeddings' mAP@0.5 that codes of 64 bits are to keep.
    private const double CompositeShare = 0.95, BinaryShare = 0.92;

    private static readonly (string Name, Func<CodeResult, double> Of)[] s_measures = [("mAP@0.5", c => c.MapHalf), ("NDCG@100", c => c.Ndcg)];

    /// <summary>The verdicts on a part.</summary>
    public static IEnumerable<ClaimVerdict> On(Part part, ClaimsSummary summary)
    {
        string paper = Method.Multiset.Id;
        if (!summary.Has(part.Id, paper)) yield break;
        foreach ((string id, string claim) in new[]
        {
            ("cosine", "multiset Jaccard beats cosine"), ("set", "multiset Jaccard beats set Jaccard"),
            ("shared", "graded similarity with the adaptive margin beats shared label with a fixed margin"),
        })
        {
            if (summary.Has(part.Id, id)) yield return Beats(part.Id, claim, paper, id, summary);
        }
        if (summary.Has(part.Id, Method.Frozen.Id)) yield return Beats(part.Id, "a trained head beats the pretrained features", paper, Method.Frozen.Id, summary);
        if (summary.Of(part.Id, paper, "composite", Method.MainBits, c => c.MapHalf) is { } composite) yield return Keeps(part, summary, composite);
    }

    // By more than the larger deviation of the two, by both measures, with real numbers and, where measured, with composite codes.
    private static ClaimVerdict Beats(string part, string claim, string better, string worse, ClaimsSummary summary)
    {
        bool holds = true;
        List<string> evidence = [];
        foreach ((string code, int bits) in new[] { ("real", 0), ("composite", Method.MainBits) })
        {
            foreach ((string name, Func<CodeResult, double> of) in s_measures)
            {
                if (summary.Of(part, better, code, bits, of) is not { } a || summary.Of(part, worse, code, bits, of) is not { } b) continue;
                double deviation = a.Seeds < 2 ? 0 : Math.Max(a.Deviation, b.Deviation);
                holds &= a.Mean - b.Mean > deviation;
                evidence.Add($"{name} {(bits == 0 ? "real" : $"{bits} bits")} {a} against {b}");
            }
        }
        return new ClaimVerdict(part, claim, holds, string.Join("; ", evidence));
    }

    private static ClaimVerdict Keeps(Part part, ClaimsSummary summary, Statistic composite)
    {
        double real = summary.Of(part.Id, Method.Multiset.Id, "real", 0, c => c.MapHalf)!.Value.Mean;
        var binaries =
            from method in part.Methods
            where method == Method.Multiset || Method.Signs.Contains(method)
            from code in new[] { QuantizerKind.Sign, QuantizerKind.Itq }
            let name = code.ToString().ToLowerInvariant()
            let value = summary.Of(part.Id, method.Id, name, Method.MainBits, c => c.MapHalf)
            where value is not null
            select (Name: method == Method.Multiset ? name : $"{name} ({method.Name})", value.Value.Mean);
        (string binary, double best) = binaries.MaxBy(one => one.Mean);
        return new ClaimVerdict(
            part.Id, string.Create(CultureInfo.InvariantCulture, $"64-bit composite codes keep {CompositeShare:0 %} and the best binary codes {BinaryShare:0 %} of mAP@0.5"),
            composite.Mean >= CompositeShare * real && best >= BinaryShare * real,
            string.Create(CultureInfo.InvariantCulture, $"composite {composite.Mean / real:0.0 %}; {binary} {best / real:0.0 %}"));
    }
}
