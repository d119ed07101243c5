using System.Globalization;
using System.Text;

namespace JaccardKernels.Cli.Experiment;

/// <summary>The experiment as Markdown: verdicts, then a table of methods and one of codes for each part.</summary>
internal static class ClaimsMarkdown
{
    private const string Missing = "";

    /// <summary>The whole document.</summary>
    public static string Write(ClaimsReport report, IReadOnlyList<Part> plan)
    {
        var summary = new ClaimsSummary(report.Parts, report.Methods);
        var text = new StringBuilder();
        if (report.Options.Quick) text.Append("**A smoke run**: few images, few steps, to see that everything works. Its numbers say nothing of the claims.\n\n");
        text.Append(report.Options.Seeds == 1 ? "One seed" : $"Mean ± standard deviation over {report.Options.Seeds} seeds, each with a backbone of its own");
        text.Append(". Conventions: the whole database ranked, AP ");
        text.Append("over all relevant items, queries without one count 0, ties in expectation; NDCG@100 with the multiset Jaccard similarity J as gain. ");
        text.Append("Networks are those of the last step; all methods of a part share sizes, steps and rate. Machine: ").Append(report.Machine).Append(".\n\n");
        text.Append("| claim | on | holds | numbers |\n|---|---|---|---|\n");
        foreach (ClaimVerdict verdict in report.Claims)
            text.Append(CultureInfo.InvariantCulture, $"| {verdict.Claim} | {verdict.Part} | {(verdict.Holds ? "yes" : "**no**")} | {verdict.Evidence} |\n");
        foreach (Part part in plan.Where(part => summary.Part(part.Id).Count > 0)) WritePart(text, part, summary);
        foreach (MissingPart missing in report.Missing) text.Append(CultureInfo.InvariantCulture, $"\n**{missing.Part}** was not run: {missing.Reason}\n");
        return text.ToString();
    }

    private static void WritePart(StringBuilder text, Part part, ClaimsSummary summary)
    {
        PartResult facts = summary.Part(part.Id)[0];
        text.Append(CultureInfo.InvariantCulture, $"\n### {part.Id}: {part.Name}\n\n{facts.Train:N0} images to train on, {facts.Queries:N0} queries, ");
        text.Append(part.LeaveOneOut ? "each against all others" : string.Create(CultureInfo.InvariantCulture, $"{facts.Database:N0} in the database"));
        text.Append(CultureInfo.InvariantCulture, $"; {facts.RelevantHalf:0.00 %} of pairs have J > 0.5.");
        if (!double.IsNaN(facts.Accuracy)) text.Append(CultureInfo.InvariantCulture, $" The backbone tells {summary.OfPart(part.Id, p => p.Accuracy).Mean:0.0 %} of held-out single objects.");
        text.Append("\n\n| method | mAP@0.5 | NDCG@100 | mAP | mAP@0.5, 64-bit composite | NDCG@100, 64-bit composite | mAP@0.5, 64-bit ITQ | mAP@0.5, 64 signs |\n");
        text.Append("|---|---|---|---|---|---|---|---|\n");
        foreach (Method method in part.Compared)
        {
            text.Append("| ").Append(method.Name);
            foreach ((string code, int bits, Func<CodeResult, double> of) in new (string, int, Func<CodeResult, double>)[]
            {
                ("real", 0, c => c.MapHalf), ("real", 0, c => c.Ndcg), ("real", 0, c => c.Map), ("composite", Method.MainBits, c => c.MapHalf),
                ("composite", Method.MainBits, c => c.Ndcg), ("itq", Method.MainBits, c => c.MapHalf), ("sign", Method.MainBits, c => c.MapHalf),
            })
                text.Append(" | ").Append(summary.Of(part.Id, method.Id, code, bits, of)?.ToString() ?? Missing);
            text.Append(" |\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"| chance | {summary.OfPart(part.Id, p => p.ChanceMapHalf).Mean:.000} | {summary.OfPart(part.Id, p => p.ChanceNdcg).Mean:.000} ");
        text.Append(CultureInfo.InvariantCulture, $"| {summary.OfPart(part.Id, p => p.ChanceMap).Mean:.000} | | | | |\n");
        if (part.Methods.Contains(Method.Multiset)) WriteCodes(text, part, summary);
    }

    private static void WriteCodes(StringBuilder text, Part part, ClaimsSummary summary)
    {
        text.Append("\nmAP@0.5 of codes, multiset Jaccard with the adaptive margin:\n\n| codes | ").AppendJoin(" | ", Method.AllBits.Select(bits => $"{bits} bits"));
        text.Append(" |\n|---|").Append(string.Concat(Method.AllBits.Select(_ => "---|"))).Append('\n');
        foreach ((string name, Func<int, Statistic?> of) in CodeRows(part, summary))
        {
            Statistic?[] row = [.. Method.AllBits.Select(of)];
            if (row.Any(value => value is not null)) text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", row.Select(v => v?.ToString() ?? Missing)).Append(" |\n");
        }
    }

    /// <summary>Codes against bits: the rows of the table, and the lines of the chart.</summary>
    public static IEnumerable<(string Name, Func<int, Statistic?> Of)> CodeRows(Part part, ClaimsSummary summary)
    {
        string id = part.Id, paper = Method.Multiset.Id;
        yield return ("composite", bits => summary.Of(id, paper, "composite", bits, c => c.MapHalf));
        yield return ("product", bits => summary.Of(id, paper, "product", bits, c => c.MapHalf));
        yield return ("ITQ", bits => summary.Of(id, paper, "itq", bits, c => c.MapHalf));
        yield return ("signs, an output a bit", bits => summary.Of(id, bits == Method.MainBits ? paper : Method.OutputsId(bits), "sign", bits, c => c.MapHalf));
        yield return ("signs, twice the margin", bits => summary.Of(id, Method.Wide.Id, "sign", bits, c => c.MapHalf));
        yield return ("signs, twice the margin, pulled to them", bits => summary.Of(id, Method.Binarised.Id, "sign", bits, c => c.MapHalf));
    }
}
