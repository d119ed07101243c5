using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Log-ratio loss over every triplet of a batch (Kim et al., CVPR 2019) in N^2: with <c>r_ai = log(D_ai / Y_ai)</c> the squared differences of all
/// pairs of an anchor's ratios add up to <c>2 (N - 1) sum_i (r_ai - mean)^2</c>. Distances in float by differences, sums of rows in double.
/// </summary>
public static unsafe class LogRatioLoss
{
    /// <summary>Overwrites gradient[N,D] and loss[1]; similarities are in [0,1]. Fewer than three rows have loss and gradient 0.</summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(
        in LogRatioProblem problem, ReadOnlySpan<float> embeddings, ReadOnlySpan<float> similarity, Span<float> gradient, Span<float> loss,
        ThreadTeam team)
    {
        problem.Check(embeddings.Length, similarity.Length, gradient.Length, loss.Length);
        int batch = problem.Batch;
        // The tasks ask for their workers' scratch memory; what outlives them lies here.
        double* losses = team.SharedPacking.Get<double>(batch + (problem.LengthSimilarity + 1L) / 2);
        float* distances = (float*)(losses + batch);
        SquaredDistance.Run(
            new SquaredDistanceProblem(batch, batch, problem.Dimensions), embeddings, embeddings, new(distances, problem.LengthSimilarity), team);
        fixed (float* e = embeddings, j = similarity, g = gradient)
        {
            var anchors = new Anchors
            {
                Distances = distances, Similarity = j, Losses = losses, Batch = batch, Epsilon = problem.Epsilon, LabelEpsilon = problem.LabelEpsilon,
                // Each r_ai differs from N - 2 others in both orders, and a squared distance has twice the difference as its derivative.
                Scale = (float)(8 * (batch - 1) / problem.Terms), Team = team,
            };
            team.For(batch, ref anchors);
            new PairGradient
            {
                Weights = distances, Embeddings = e, Gradient = g, Batch = batch, Dimensions = problem.Dimensions, Team = team,
            }.Run();
        }
        double sum = 0;
        for (int a = 0; a < batch; a++) sum += losses[a];
        loss[0] = (float)(sum * 2 * (batch - 1) / problem.Terms);
    }

    // The ratios of an anchor, and over its distances the derivatives by them.
    private struct Anchors : IParallelBody
    {
        public float* Distances, Similarity;
        public double* Losses;
        public int Batch;
        public float Epsilon, LabelEpsilon, Scale;
        public ThreadTeam Team;

        public readonly void Run(int task, int worker)
        {
            float* ratios = Team.Scratch(worker).Get<float>(Batch), distances = Distances + (nint)task * Batch;
            var rows = new Ratios
            {
                Values = ratios, Distances = distances, Similarity = Similarity + (nint)task * Batch, Epsilon = Epsilon,
                LabelEpsilon = 1 + LabelEpsilon,
            };
            Elementwise.Range(0, Batch, rows);
            ratios[task] = 0;
            double mean = Summation.Sum(Batch, new StoredTerms { X = ratios }) / Math.Max(Batch - 1, 1);
            // What a float leaves of the mean moves all derivatives of an anchor to one side, where their sum is small.
            float high = (float)mean, low = (float)(mean - high);
            ratios[task] = high;
            Elementwise.Range(0, Batch, new Centred { Values = ratios, High = high, Low = low });
            Losses[task] = Summation.Sum(Batch, new Squares { Values = ratios });
            Elementwise.Range(0, Batch, new Derivatives { Values = ratios, Distances = distances, Epsilon = Epsilon, Scale = Scale });
        }
    }

    private struct Ratios : IElementwise
    {
        public float* Values, Distances, Similarity;
        public float Epsilon, LabelEpsilon;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes distance = TLanes.Load(Distances + i) + TLanes.All(Epsilon), ofLabels = TLanes.All(LabelEpsilon) - TLanes.Load(Similarity + i);
            TLanes.Log(distance / ofLabels).Store(Values + i);
        }
    }

    private struct Centred : IElementwise
    {
        public float* Values;
        public float High, Low;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => (TLanes.Load(Values + i) - TLanes.All(High) - TLanes.All(Low)).Store(Values + i);
    }

    private struct Squares : ITerms
    {
        public float* Values;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TLanes At<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> => TLanes.Load(Values + i) * TLanes.Load(Values + i);
    }

    private struct Derivatives : IElementwise
    {
        public float* Values, Distances;
        public float Epsilon, Scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> =>
            (TLanes.All(Scale) * TLanes.Load(Values + i) / (TLanes.Load(Distances + i) + TLanes.All(Epsilon))).Store(Distances + i);
    }
}
