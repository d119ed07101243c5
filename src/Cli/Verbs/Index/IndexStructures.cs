using JaccardKernels.Retrieval;

namespace JaccardKernels.Cli.Verbs;

/// <summary>The structures of an index by their short names.</summary>
internal static class IndexStructures
{
    private static readonly (string Name, IndexStructure Structure)[] s_all =
        [("flat", IndexStructure.Flat), ("mih", IndexStructure.MultiIndexHashing), ("jaccard", IndexStructure.Jaccard)];

    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => s_all.Select(pair => pair.Name);

    /// <summary>The name of a structure.</summary>
    public static string NameOf(IndexStructure structure) => s_all.First(pair => pair.Structure == structure).Name;

    /// <summary>The structure of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static IndexStructure Parse(string name)
    {
        foreach ((string known, IndexStructure structure) in s_all)
            if (known == name) return structure;
        throw new ArgumentException($"--structure is '{name}'; it is {string.Join(", ", Names)}.");
    }

    /// <summary>Shows what a store is doing.</summary>
    public static StoreProgress OfStore(this ProgressLine progress, string path) => (what, done, total) => progress.Report(
        () => $"{path}: {what} {done}/{total}");
}
