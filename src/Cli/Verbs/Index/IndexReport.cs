using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>What <c>jk index build</c>, <c>info</c>, <c>add</c>, <c>remove</c> and <c>compact</c> report.</summary>
/// <param name="Index">The file.</param>
/// <param name="FileBytes">Its size.</param>
/// <param name="LogBytes">The size of its log; 0 where there is none.</param>
/// <param name="Structure">flat, mih, jaccard, tables or ivf.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Count">Items that are there.</param>
/// <param name="Added">Items added since the file was written.</param>
/// <param name="Removed">Items removed since.</param>
/// <param name="Classes">Classes of the labels; null where it holds none.</param>
/// <param name="HasNames">It holds the items' names.</param>
/// <param name="Lists">Lists of an inverted file; else null.</param>
/// <param name="KeepsEmbeddings">A table index keeps embeddings, for exact distances; null for binary codes.</param>
/// <param name="Origin">What made the codes; empty if unknown.</param>
internal sealed record IndexReport(
    string Index, long FileBytes, long LogBytes, string Structure, int Bits, long Count, long Added, long Removed, int? Classes, bool HasNames,
    int? Lists, bool? KeepsEmbeddings, string Origin)
{
    /// <summary>Describes an index file and its log.</summary>
    public static IndexReport Of(string path)
    {
        using StoredIndex index = StoredIndex.OpenAny(path, threads: 1);
        return Of(path, index);
    }

    /// <summary>Describes an index that is open, and its files.</summary>
    public static IndexReport Of(string path, StoredIndex index)
    {
        var log = new FileInfo(path + ".log");
        (long added, long removed) = index.Changes;
        return new IndexReport(
            path, index.FileBytes, log.Exists ? log.Length : 0, IndexStructures.NameOf(index.Structure), index.Bits, index.Count, added, removed,
            index.Classes > 0 ? index.Classes : null, index.HasNames,
            index.Structure == IndexStructure.InvertedFile ? ((TableIndex)index).Lists : null, (index as TableIndex)?.KeepsEmbeddings, index.Origin);
    }

    /// <summary>Reports it.</summary>
    public void Report(VerbContext context) => context.Report(this, JkJson.Default.IndexReport, console => console.WriteFacts(
        ("index", $"{Index}, {Units.Bytes(FileBytes)}{(LogBytes > 0 ? $" and a log of {Units.Bytes(LogBytes)}" : "")}"),
        ("structure", Lists is { } lists ? $"{Structure}, {Units.Count(lists)} lists" : Structure),
        ("codes", $"{Units.Count(Count)} of {Bits} bits{(KeepsEmbeddings is true ? ", with the embeddings" : "")}"),
        ("changes", Added + Removed > 0 ? $"{Units.Count(Added)} added and {Units.Count(Removed)} removed since the file was written" : "none since the file was written"),
        ("names", HasNames ? "yes" : "no"),
        ("labels", Classes is { } classes ? $"counts of {classes} classes" : "no"),
        ("origin", Origin.Length > 0 ? Origin : "not stated")));
}
