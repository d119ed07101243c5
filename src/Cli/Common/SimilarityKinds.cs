using JaccardKernels.Problems;

namespace JaccardKernels.Cli;

/// <summary>The names of similarities on the command line.</summary>
internal static class SimilarityKinds
{
    private static readonly (string Name, SimilarityKind Kind)[] Table =
    [
        ("multiset-jaccard", SimilarityKind.MultisetJaccard), ("set-jaccard", SimilarityKind.SetJaccard), ("cosine", SimilarityKind.Cosine),
        ("shared", SimilarityKind.SharedLabel), ("shared-count", SimilarityKind.SharedCount),
    ];

    /// <summary>All names, for help.</summary>
    public static string Names { get; } = string.Join('|', Table.Select(row => row.Name));

    /// <summary>The kind of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static SimilarityKind Parse(string name)
    {
        int index = Array.FindIndex(Table, row => row.Name == name);
        return index >= 0
            ? Table[index].Kind
            : throw new ArgumentException($"the similarity '{name}' is unknown; there are {string.Join(", ", Table.Select(row => row.Name))}.");
    }

    /// <summary>The name of a kind.</summary>
    public static string NameOf(SimilarityKind kind) => Table.First(row => row.Kind == kind).Name;
}
