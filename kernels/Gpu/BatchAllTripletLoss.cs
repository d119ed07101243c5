using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>
/// Adaptive-margin triplet loss over every triplet of a batch (Mojoo, Kurita 2021), with nothing above N^2 in memory. With <c>u = d + m J</c> the
/// hinge of (a,p,n) is <c>u_ap - u_an</c>, so the loss depends on d(a,x) through one integer: <c>c[a,x]</c> = active triplets in which x is the
/// positive of a, less those in which it is the negative. The gradient of row i is then <c>2/B sum_x (c[i,x] + c[x,i]) (e_i - e_x)</c>.
/// About 2 N^3 comparisons, 3 N^2 D FLOPs for distances and as many for the gradient.
/// </summary>
public sealed class BatchAllTripletLoss
{
    private readonly GpuQueue _queue;
    private readonly SquaredDistance _distance;
    private readonly Kernel<AnchorOperands> _anchors;
    private readonly TripletTotals _totals;
    private readonly Kernel<GradientOperands> _gradient;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public BatchAllTripletLoss(GpuQueue queue)
    {
        (_queue, _distance, _totals) = (queue, new(queue), new(queue));
        (_anchors, _gradient) = (new(queue, Anchors), new(queue, Gradient));
    }

    /// <summary>Queues gradient[N,D], statistics and counts. Overwrites all three.</summary>
    public void Run(
        in BatchAllTripletProblem problem, ArrayView<float> embeddings, ArrayView<float> similarity,
        ArrayView<float> gradient, ArrayView<float> statistics, ArrayView<long> counts)
    {
        int n = problem.Batch;
        long square = problem.LengthSimilarity;
        _queue.Scratch.Reserve(ScratchMemory.Padded(square * sizeof(float), square * sizeof(int)) + TripletParts.Bytes(n));
        ArrayView<float> distances = _queue.Scratch.Take<float>(square);
        ArrayView<int> coefficients = _queue.Scratch.Take<int>(square);
        TripletParts parts = TripletParts.Take(_queue.Scratch, n);
        _distance.Run(new SquaredDistanceProblem(n, n, problem.Dimensions), embeddings, embeddings, distances);
        _anchors.LaunchGroups(n, new AnchorOperands
        {
            Distances = distances, Similarity = similarity, Coefficients = coefficients, Parts = parts,
            Margin = problem.Margin, Delta = problem.Delta,
        });
        _totals.Run(problem.Reduction, parts, statistics, counts);
        _gradient.LaunchThreads(problem.LengthEmbeddings, new GradientOperands
        {
            Embeddings = embeddings, Gradient = gradient, Coefficients = coefficients, Counts = counts, Batch = n,
            Dimensions = problem.Dimensions, MeanOfActive = TripletTotals.IsMeanOfActive(problem.Reduction),
        });
    }

    /// <summary>A group an anchor, a thread one other row x at a time, compared with all rows y.</summary>
    [GpuKernel]
    internal static void Anchors(AnchorOperands o)
    {
        int anchor = Grid.IdxX, count = o.Parts.Rows, start = anchor * count;
        float hinges = 0f, toPositive = 0f, toNegative = 0f;
        long considered = 0, active = 0;
        for (int x = Group.IdxX; x < count; x += Group.DimX)
        {
            float distance = o.Distances[start + x], similarity = o.Similarity[start + x], u = distance + o.Margin * similarity;
            int asPositive = 0, asNegative = 0, activePositive = 0, activeNegative = 0;
            float hingesOfX = 0f;
            for (int y = 0; y < count; y++)
            {
                if (x == anchor || y == anchor || y == x) continue;
                float similarityY = o.Similarity[start + y], difference = u - (o.Distances[start + y] + o.Margin * similarityY);
                if (Exceeds(similarity, similarityY, o.Delta))
                {
                    asPositive++;
                    if (difference > 0f)
                    {
                        activePositive++;
                        hingesOfX += difference;
                    }
                }
                if (Exceeds(similarityY, similarity, o.Delta))
                {
                    asNegative++;
                    if (difference < 0f) activeNegative++;
                }
            }
            o.Coefficients[start + x] = activePositive - activeNegative;
            hinges += hingesOfX;
            toPositive += asPositive * distance;
            toNegative += asNegative * distance;
            considered += asPositive;
            active += activePositive;
        }
        hinges = GroupReduce.Sum(hinges);
        toPositive = GroupReduce.Sum(toPositive);
        toNegative = GroupReduce.Sum(toNegative);
        considered = GroupReduce.Sum(considered);
        active = GroupReduce.Sum(active);
        if (Group.IdxX != 0) return;
        o.Parts.Hinges[anchor] = hinges;
        o.Parts.ToPositive[anchor] = toPositive;
        o.Parts.ToNegative[anchor] = toNegative;
        o.Parts.Considered[anchor] = considered;
        o.Parts.Active[anchor] = active;
    }

    [GpuKernel]
    internal static void Gradient(GradientOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Batch * o.Dimensions)) return;
        int row = i / o.Dimensions, d = i % o.Dimensions;
        float own = o.Embeddings[i], sum = 0f;
        for (int x = 0; x < o.Batch; x++)
        {
            int coefficient = o.Coefficients[row * o.Batch + x] + o.Coefficients[x * o.Batch + row];
            sum += coefficient * (own - o.Embeddings[x * o.Dimensions + d]);
        }
        o.Gradient[i] = 2f * sum / TripletTotals.Divisor(o.Counts, o.MeanOfActive);
    }

    // a - b > delta in real numbers, for 0 <= a, b <= 1. Rounding is monotonic, so only where the rounded difference equals delta must the
    // rounding error (exact by Dekker's fast two-sum) decide.
    private static bool Exceeds(float a, float b, float delta)
    {
        float difference = a - b;
        if (difference != delta) return difference > delta;
        return a - difference - b > 0f;
    }

    internal struct AnchorOperands
    {
        public ArrayView<float> Distances, Similarity;
        public ArrayView<int> Coefficients;
        public TripletParts Parts;
        public float Margin, Delta;
    }

    internal struct GradientOperands
    {
        public ArrayView<float> Embeddings, Gradient;
        public ArrayView<int> Coefficients;
        public ArrayView<long> Counts;
        public int Batch, Dimensions, MeanOfActive;
    }
}
