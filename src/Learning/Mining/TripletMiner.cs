using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Triplets of images, and the margin of each.</summary>
/// <param name="Triplets">int32 [T,3]: anchor, positive, negative, as numbers in the set.</param>
/// <param name="Margins">[T]: margin times (J_ap - J_an), or the fixed margin.</param>
/// <param name="Groups">Groups the set was cut into: half as many as before when too few triplets were found.</param>
public sealed record MinedTriplets(int[] Triplets, float[] Margins, int Groups)
{
    /// <summary>Triplets.</summary>
    public int Count => Margins.Length;
}

/// <summary>
/// Offline mining (Mojoo, Kurita 2021): the embedded set is shuffled and cut into groups, and inside a group every anchor and every positive get
/// one negative among those that violate the margin, chosen as <see cref="MiningMode"/> says. Too few triplets halve the number of groups, and it
/// stays halved.
/// </summary>
public sealed class TripletMiner : IDisposable
{
    private readonly IBackend _backend;
    private readonly TrainingOptions _options;
    private readonly LabelMatrix _labels;
    private readonly int _count;
    private readonly DistanceWeights _weights = new();
    private LabelSimilarity? _similarity;
    private int _capacity;

    /// <summary>Prepares to mine a set.</summary>
    /// <param name="backend">Where distances and similarities are computed.</param>
    /// <param name="labels">Labels of the set.</param>
    /// <param name="options">Mode, margin, tau, delta, groups.</param>
    public TripletMiner(IBackend backend, LabelMatrix labels, TrainingOptions options) =>
        (_backend, _labels, _options, _count) = (backend, labels, options, labels.Count);

    /// <summary>Mines the set as it is embedded now.</summary>
    /// <param name="embeddings">[N,D], of plain images in evaluation mode.</param>
    /// <param name="groups">Groups to start with; the result says how many it ended with.</param>
    /// <param name="epoch">Decides the groups and the draws, with the seed.</param>
    /// <returns>Null where no triplet is left even in one group.</returns>
    public MinedTriplets? Mine(ReadOnlySpan<float> embeddings, int groups, int epoch)
    {
        long wanted = (long)(_options.MinimumTripletsPerImage * _count);
        groups = Math.Clamp(groups, 1, Math.Max(1, _count / 3));
        while (true)
        {
            var triplets = new List<(int A, int P, int N, float Margin)>();
            MineGroups(embeddings, groups, epoch, triplets);
            if (triplets.Count >= wanted || groups == 1) return triplets.Count == 0 ? null : Shuffled(triplets, groups, epoch);
            groups /= 2;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _similarity?.Dispose();

    private void MineGroups(ReadOnlySpan<float> embeddings, int groups, int epoch, List<(int A, int P, int N, float Margin)> triplets)
    {
        int dimensions = embeddings.Length / _count, capacity = (_count + groups - 1) / groups;
        if (capacity > _capacity)
        {
            _similarity?.Dispose();
            _similarity = new LabelSimilarity(_backend, _labels, _options.Similarity, capacity);
            _capacity = capacity;
        }
        ulong key = MiningGroups.Key(_options.Seed, epoch);
        int[] order = MiningGroups.Order(_count, _options.Seed, epoch);
        using DeviceBuffer rows = _backend.Allocate<float>(capacity * dimensions), square = _backend.Allocate<float>(capacity * capacity);
        var staging = new float[capacity * dimensions];
        var distances = new float[capacity * capacity];
        var similarity = new float[capacity * capacity];
        for (int group = 0; group < groups; group++)
        {
            ReadOnlySpan<int> members = MiningGroups.Members(order, group, groups);
            int n = members.Length;
            if (n < 3) continue;
            for (int i = 0; i < n; i++) embeddings.Slice(members[i] * dimensions, dimensions).CopyTo(staging.AsSpan(i * dimensions));
            DeviceSpan<float> x = rows.Slice<float>(0, n * dimensions), d = square.Slice<float>(0, n * n);
            _backend.Upload<float>(staging.AsSpan(0, n * dimensions), x);
            _backend.SquaredDistance(new SquaredDistanceProblem(n, n, dimensions), x, x, d);
            _backend.Download(d, distances.AsSpan(0, n * n));
            _backend.Download(_similarity!.Matrix(members), similarity.AsSpan(0, n * n));
            MineGroup(members, distances, similarity, CounterRandom.Mix(key + (ulong)group), triplets);
        }
    }

    private void MineGroup(
        ReadOnlySpan<int> members, ReadOnlySpan<float> distances, ReadOnlySpan<float> similarity, ulong key,
        List<(int A, int P, int N, float Margin)> triplets)
    {
        int n = members.Length;
        bool groupHard = _options.Mining == MiningMode.GroupHard, semiHard = _options.Mining == MiningMode.SemiHard;
        if (_options.Mining == MiningMode.DistanceWeighted) _weights.Count(distances, n);
        for (int a = 0; a < n; a++)
        {
            ReadOnlySpan<float> j = similarity.Slice(a * n, n), d = distances.Slice(a * n, n);
            for (int p = 0; p < n; p++)
            {
                if (p == a || j[p] <= (groupHard ? _options.Tau : 0)) continue;
                float highest = groupHard ? 0f : j[p] - _options.Delta;
                var choice = new NegativeChoice(_options.Mining, _weights, key, ((long)a * n + p) * n);
                for (int x = 0; x < n; x++)
                {
                    // The second comparison matters at delta 0: equal grades make no triplet.
                    if (x == a || x == p || j[x] > highest || j[x] >= j[p] || d[x] - d[p] >= _options.MarginOf(j[p] - j[x])) continue;
                    if (!semiHard || d[x] > d[p]) choice.Offer(x, d[x]);
                }
                if (choice.Chosen >= 0)
                    triplets.Add((members[a], members[p], members[choice.Chosen], _options.MarginOf(j[p] - j[choice.Chosen])));
            }
        }
    }

    private MinedTriplets Shuffled(List<(int A, int P, int N, float Margin)> triplets, int groups, int epoch)
    {
        var all = triplets.ToArray();
        Permutation.Shuffle<(int A, int P, int N, float Margin)>(all, CounterRandom.Mix(CounterRandom.Key(_options.Seed, 4) + (ulong)epoch));
        var indices = new int[3 * all.Length];
        var margins = new float[all.Length];
        for (int i = 0; i < all.Length; i++) (indices[3 * i], indices[3 * i + 1], indices[3 * i + 2], margins[i]) = all[i];
        return new MinedTriplets(indices, margins, groups);
    }
}
