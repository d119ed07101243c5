using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>The structures of an index by their short names.</summary>
internal static class IndexStructures
{
    private static readonly (string Name, IndexStructure Structure)[] s_all =
    [
        ("flat", IndexStructure.Flat), ("mih", IndexStructure.MultiIndexHashing), ("jaccard", IndexStructure.Jaccard), ("tables", IndexStructure.Tables),
        ("ivf", IndexStructure.InvertedFile),
    ];

    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => s_all.Select(pair => pair.Name);

    /// <summary>Those of structures of binary codes.</summary>
    public static IEnumerable<string> BinaryNames => s_all.Where(pair => !IsOfTables(pair.Structure)).Select(pair => pair.Name);

    /// <summary>It is searched by look-up tables.</summary>
    public static bool IsOfTables(IndexStructure structure) => structure is IndexStructure.Tables or IndexStructure.InvertedFile;

    /// <summary>The name of a structure.</summary>
    public static string NameOf(IndexStructure structure) => s_all.First(pair => pair.Structure == structure).Name;

    /// <summary>The structure of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="binary">Only those of binary codes will do.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static IndexStructure Parse(string name, bool binary = false)
    {
        IEnumerable<string> names = binary ? BinaryNames : Names;
        return names.Contains(name)
            ? s_all.First(pair => pair.Name == name).Structure
            : throw new ArgumentException($"--structure is '{name}'; it is {string.Join(", ", names)}.");
    }

    /// <summary>Shows what a store is doing.</summary>
    public static StoreProgress OfStore(this ProgressLine progress, string path) => (what, done, total) => progress.Report(
        () => $"{path}: {what} {done}/{total}");
}
