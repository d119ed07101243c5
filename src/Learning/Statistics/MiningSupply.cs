using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// How many triplets an epoch of group-hard mining has at most: the (anchor, positive) pairs of a group, J above tau, that have a negative of
/// J = 0 in it. A network whose embeddings are all one point violates every margin, so it is given all of them; a trained one fewer.
/// </summary>
public static class MiningSupply
{
    /// <summary>A number of groups and its halves, down to one group: what mining goes through when it finds too few.</summary>
    /// <exception cref="ArgumentException">There is less than one group.</exception>
    public static int[] Halvings(int groups)
    {
        var halvings = new List<int>();
        for (Guard.Positive(groups); groups > 0; groups /= 2) halvings.Add(groups);
        return [.. halvings];
    }

    /// <summary>Counts the triplets of one epoch, in the groups that <see cref="TripletMiner"/> makes for that seed and epoch.</summary>
    /// <param name="backend">Where similarities are computed.</param>
    /// <param name="labels">Labels of the set.</param>
    /// <param name="kind">Which similarity; that of two images without labels is 0, as in training.</param>
    /// <param name="tau">Positives are above it.</param>
    /// <param name="groups">Groups the set is cut into.</param>
    /// <param name="seed">Decides the shuffles.</param>
    /// <param name="epoch">Which of them.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static long Count(
        IBackend backend, LabelMatrix labels, SimilarityKind kind, float tau, int groups, int seed, int epoch,
        CancellationToken cancellation = default)
    {
        int[] order = MiningGroups.Order(labels.Count, seed, epoch);
        long triplets = 0;
        for (int group = 0; group < groups; group++)
        {
            LabelMatrix members = Gather(labels, MiningGroups.Members(order, group, groups));
            using var blocks = new SimilarityBlocks(backend, kind, 0f, members, members);
            for (int first = 0; first < members.Count; first += blocks.Rows)
            {
                cancellation.ThrowIfCancellationRequested();
                ReadOnlySpan<float> block = blocks.Compute(first);
                for (int i = 0; i * members.Count < block.Length; i++)
                    triplets += OfAnchor(block.Slice(i * members.Count, members.Count), first + i, tau);
            }
        }
        return triplets;
    }

    private static int OfAnchor(ReadOnlySpan<float> similarities, int anchor, float tau)
    {
        int positives = 0;
        bool negative = false;
        for (int j = 0; j < similarities.Length; j++)
        {
            if (j == anchor) continue;
            if (similarities[j] > tau) positives++;
            negative |= similarities[j] == 0;
        }
        return negative ? positives : 0;
    }

    private static LabelMatrix Gather(LabelMatrix labels, ReadOnlySpan<int> rows)
    {
        var counts = new int[rows.Length * labels.Classes];
        for (int i = 0; i < rows.Length; i++) labels.Row(rows[i]).CopyTo(counts.AsSpan(i * labels.Classes));
        return new LabelMatrix(counts, labels.Classes);
    }
}
