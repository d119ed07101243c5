using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What <c>jk index build</c> and <c>jk index info</c> report.</summary>
/// <param name="Index">The file.</param>
/// <param name="FileBytes">Its size.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Count">Codes.</param>
/// <param name="Classes">Classes of the labels; null where it holds none.</param>
/// <param name="HasNames">It holds the items' names.</param>
/// <param name="Origin">What made the codes; empty if unknown.</param>
internal sealed record IndexReport(string Index, long FileBytes, int Bits, int Count, int? Classes, bool HasNames, string Origin)
{
    /// <summary>Describes an index and the file it is in.</summary>
    public static IndexReport Of(string path, HammingIndex index) =>
        new(path, new FileInfo(path).Length, index.Codes.Bits, index.Codes.Count, index.Labels?.Classes, index.Names is not null, index.Origin);

    /// <summary>Reports it.</summary>
    public void Report(VerbContext context) => context.Report(this, JkJson.Default.IndexReport, console => console.WriteFacts(
        ("index", $"{Index}, {Units.Bytes(FileBytes)}"),
        ("codes", $"{Units.Count(Count)} of {Bits} bits"),
        ("names", HasNames ? "yes" : "no"),
        ("labels", Classes is { } classes ? $"counts of {classes} classes" : "no"),
        ("origin", Origin.Length > 0 ? Origin : "not stated")));
}
