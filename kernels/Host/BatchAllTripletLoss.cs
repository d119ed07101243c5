using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Triplet loss over all triplets of a batch (Mojoo, Kurita 2021) without ever listing them: with <c>u = d + margin J</c> the
/// hinge of (a,p,n) is <c>u_ap - (u_an - offset)</c>, a broadcast and a compare for a vector of negatives, in the order of their similarity. What an
/// anchor leaves behind is one number per row, c[a,x] = its active triplets with x as positive less those with x as negative, and the gradient is
/// <c>2/B sum_x (c[i,x] + c[x,i]) (e_i - e_x)</c>. Memory is N^2; what is no count is in double, so that the set of active triplets is that of exact
/// arithmetic but for ties at the sixteenth digit.
/// </summary>
public static unsafe partial class BatchAllTripletLoss
{
    /// <summary>
    /// Loss over all (a,p,n) of distinct rows with similarity J_ap - J_an &gt; delta. Overwrites gradient[N,D], statistics and counts, laid out
    /// as in <see cref="TripletStatistics"/>; without an active triplet loss and gradient are exactly 0.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Run(
        in BatchAllTripletProblem problem, ReadOnlySpan<float> embeddings, ReadOnlySpan<float> similarity,
        Span<float> gradient, Span<float> statistics, Span<long> counts, ThreadTeam team)
    {
        problem.Check(embeddings.Length, similarity.Length, gradient.Length, statistics.Length, counts.Length);
        int batch = problem.Batch, dimensions = problem.Dimensions;
        // Of a worker: what is known of one anchor, or a row of the gradient and its weights. No task asks for scratch memory, so worker 0's serves all.
        long row = Math.Max(Scan.Length(batch), dimensions + 2L * batch), panels = (batch + Panel - 1) / Panel, columns = panels * Panel * dimensions;
        long coefficients = ((long)batch * batch + 1) / 2, totalsLength = (long)batch * sizeof(Totals) / sizeof(double);
        double* memory = team.Scratch(0).Get<double>(problem.LengthEmbeddings + columns + coefficients + team.Threads * row + totalsLength);
        fixed (float* e = embeddings, j = similarity, g = gradient)
        {
            var work = new Work
            {
                Input = e, Similarity = j, Gradient = g, Batch = batch, Dimensions = dimensions, Margin = problem.Margin, Delta = problem.Delta,
                Offset = problem.Offset, RowLength = (nint)row, Embeddings = memory, Columns = memory + problem.LengthEmbeddings,
            };
            work.Rows = work.Columns + columns;
            work.Totals = (Totals*)(work.Rows + team.Threads * row);
            work.Coefficients = (int*)((double*)work.Totals + totalsLength);
            var widened = new Widening { Work = work };
            team.For((int)panels, ref widened);
            var anchors = new Anchors { Work = work };
            team.For(batch, ref anchors);

            Totals totals = default;
            for (int a = 0; a < batch; a++) totals.Add(work.Totals[a]);
            double divisor = Math.Max(problem.Reduction == TripletReduction.MeanOfActive ? totals.Active : totals.Considered, 1);
            double considered = Math.Max(totals.Considered, 1);
            work.Scale = 2 / divisor;
            var rows = new GradientRows { Work = work };
            team.For(batch, ref rows);
            statistics[0] = (float)(totals.Hinges / divisor);
            statistics[1] = (float)(totals.ToPositive / considered);
            statistics[2] = (float)(totals.ToNegative / considered);
            counts[0] = totals.Considered;
            counts[1] = totals.Active;
        }
    }

    // What the triplets of an anchor, or of all, add up to.
    private struct Totals
    {
        public double Hinges, ToPositive, ToNegative;
        public long Considered, Active;

        public void Add(in Totals other)
        {
            Hinges += other.Hinges;
            ToPositive += other.ToPositive;
            ToNegative += other.ToNegative;
            Considered += other.Considered;
            Active += other.Active;
        }
    }

    // Rows whose elements lie side by side, dimension by dimension, for distances from all of them at once.
    private const int Panel = 32;

    // Embeddings in double, as they are and in panels; rows that fill a panel are zero.
    private struct Widening : IParallelBody
    {
        public Work Work;

        public readonly void Run(int task, int worker)
        {
            double* columns = Work.Columns + (nint)task * Panel * Work.Dimensions;
            for (int column = 0; column < Panel; column++)
            {
                nint at = ((nint)task * Panel + column) * Work.Dimensions;
                bool isThere = task * Panel + column < Work.Batch;
                for (int d = 0; d < Work.Dimensions; d++)
                {
                    double value = isThere ? Work.Input[at + d] : 0;
                    columns[(nint)d * Panel + column] = value;
                    if (isThere) Work.Embeddings[at + d] = value;
                }
            }
        }
    }

    private struct Work
    {
        public float* Input, Similarity, Gradient;
        public int Batch, Dimensions;
        public double Margin, Delta, Offset, Scale;
        public nint RowLength;
        public double* Embeddings, Columns, Rows;
        public int* Coefficients;
        public Totals* Totals;
    }
}
