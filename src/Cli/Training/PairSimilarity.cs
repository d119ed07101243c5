using JaccardKernels.Problems;

namespace JaccardKernels.Cli.Training;

/// <summary>The similarity of two images by their labels, for the few pairs that people look at.</summary>
internal static class PairSimilarity
{
    /// <summary>The multiset Jaccard similarity of two rows of counts; 1 for two empty ones.</summary>
    public static double MultisetJaccard(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        Span<float> similarity = stackalloc float[1];
        using var team = new Host.ThreadTeam(1);
        Host.CountSimilarity.Run(new SimilarityProblem(SimilarityKind.MultisetJaccard, 1, 1, a.Length), a, b, similarity, team);
        return similarity[0];
    }
}
