using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// The sum over pairs of objects in a relation network; see <see cref="RelationSumProblem"/>. Pairs are made a chunk at a time, in rows from which the
/// register tile reads them, so they live in the second-level cache and nowhere else; what the second layer makes of them is rectified and summed tile by
/// tile.
/// </summary>
public static unsafe class RelationSum
{
    // Enough to even out 2 to 16 threads.
    private const int WantedTasks = 32;

    // Slices are whole panels of the widest tile.
    private const int PairsOfPanel = 32;

    // Bytes of the gradients of weights that tasks keep apart.
    private const long MaxPartial = 64L << 20;

    /// <summary>y[n] = sum over j &lt;= i of relu(w relu(first[n,j] + second[n,i] + context[n]) + bias). Overwrites y.</summary>
    /// <param name="problem">Sizes.</param>
    /// <param name="objects">[N,2,F,K]: what each object gives as the first and as the second of a pair.</param>
    /// <param name="context">[N,F].</param>
    /// <param name="weights">[G,F].</param>
    /// <param name="bias">[G].</param>
    /// <param name="y">[N,G]; must not overlap the inputs.</param>
    /// <param name="team">Threads.</param>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Forward(
        in RelationSumProblem problem, ReadOnlySpan<float> objects, ReadOnlySpan<float> context, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias,
        Span<float> y, ThreadTeam team)
    {
        problem.Check(objects.Length, context.Length, weights.Length, bias.Length, y.Length);
        fixed (float* po = objects, pc = context, pw = weights, pb = bias, py = y)
        {
            var operands = new RelationOperands { Problem = problem, Objects = po, Context = pc, Weights = pw, Bias = pb, Team = team };
            if (Vector512.IsHardwareAccelerated) Forward<Lanes512<float>>(operands, py);
            else if (Vector256.IsHardwareAccelerated) Forward<Lanes256<float>>(operands, py);
            else if (Vector128.IsHardwareAccelerated) Forward<Lanes128<float>>(operands, py);
            else Forward<Lane<float>>(operands, py);
        }
    }

    /// <summary>
    /// The way back from dy [N,G], the pairs made anew. Overwrites dobjects and dcontext; dweights and dbias accumulate. No gradient overlaps an input.
    /// </summary>
    /// <exception cref="ArgumentException">A length is not the problem's.</exception>
    public static void Backward(
        in RelationSumProblem problem, ReadOnlySpan<float> objects, ReadOnlySpan<float> context, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias,
        ReadOnlySpan<float> dy, Span<float> dobjects, Span<float> dcontext, Span<float> dweights, Span<float> dbias, ThreadTeam team)
    {
        problem.Check(objects.Length, context.Length, weights.Length, bias.Length, dy.Length);
        problem.Check(dobjects.Length, dcontext.Length, dweights.Length, dbias.Length, dy.Length);
        fixed (float* po = objects, pc = context, pw = weights, pb = bias, pdy = dy, pdo = dobjects, pdc = dcontext, pdw = dweights, pdb = dbias)
        {
            var operands = new RelationOperands { Problem = problem, Objects = po, Context = pc, Weights = pw, Bias = pb, Team = team };
            var gradients = new RelationGradients { Y = pdy, Objects = pdo, Context = pdc, Weights = pdw, Bias = pdb };
            if (Vector512.IsHardwareAccelerated) Backward<Lanes512<float>>(operands, gradients);
            else if (Vector256.IsHardwareAccelerated) Backward<Lanes256<float>>(operands, gradients);
            else if (Vector128.IsHardwareAccelerated) Backward<Lanes128<float>>(operands, gradients);
            else Backward<Lane<float>>(operands, gradients);
        }
    }

    private static void Forward<TLanes>(in RelationOperands o, float* y)
        where TLanes : struct, ILanes<TLanes, float>
    {
        RelationSumProblem p = o.Problem;
        int panels = GemmBlocking.Covering(p.Pairs, PairsOfPanel), slices = Math.Clamp(GemmBlocking.Covering(WantedTasks, p.Batch), 1, panels);
        var rows = new PanelRows(p.Outputs, p.Inputs);
        float* shared = o.Team.SharedPacking.Get<float>(rows.Length + (long)p.LengthY * slices);
        rows.Pack(new MatrixLines(o.Weights, p.Inputs, alongK: true), shared, o.Team);
        var body = new RelationForward<TLanes>
        {
            Operands = o, Rows = rows, Packed = shared, Slices = slices, Partial = shared + rows.Length,
            PairsOfSlice = GemmBlocking.Covering(panels, slices) * PairsOfPanel,
        };
        o.Team.For(p.Batch * slices, ref body);
        for (int n = 0; n < p.Batch; n++)
        {
            float* partial = body.Partial + (nint)n * slices * p.Outputs, sums = y + (nint)n * p.Outputs;
            LineCopy.Zero(sums, p.Outputs);
            for (int slice = 0; slice < slices; slice++) LineCopy.Add(partial + (nint)slice * p.Outputs, sums, p.Outputs);
        }
    }

    private static void Backward<TLanes>(in RelationOperands o, in RelationGradients gradients)
        where TLanes : struct, ILanes<TLanes, float>
    {
        RelationSumProblem p = o.Problem;
        PanelRows forward = new(p.Outputs, p.Inputs), back = new(p.Inputs, p.Outputs);
        long partial = RelationBackward<TLanes>.LengthPartial(p);
        int tasks = (int)Math.Clamp(MaxPartial / (partial * sizeof(float)), 1, Math.Min(p.Batch, WantedTasks));
        float* shared = o.Team.SharedPacking.Get<float>(forward.Length + back.Length + tasks * partial);
        forward.Pack(new MatrixLines(o.Weights, p.Inputs, alongK: true), shared, o.Team);
        back.Pack(new MatrixLines(o.Weights, p.Inputs, alongK: false), shared + forward.Length, o.Team);
        var body = new RelationBackward<TLanes>
        {
            Operands = o, Gradients = gradients, Rows = forward, Packed = shared, BackRows = back, PackedBack = shared + forward.Length,
            Partial = shared + forward.Length + back.Length, Tasks = tasks,
        };
        o.Team.For(tasks, ref body);
        var sums = new RelationWeightSums
        {
            Problem = p, Partial = body.Partial, Length = partial, Tasks = tasks, Gradients = gradients,
            Stride = RelationBackward<TLanes>.WeightStride(p), Lanes = TLanes.Count, LengthWeights = RelationBackward<TLanes>.LengthWeights(p),
        };
        o.Team.For(p.Outputs, ref sums);
    }
}

/// <summary>What both directions read.</summary>
internal unsafe struct RelationOperands
{
    public RelationSumProblem Problem;
    public float* Objects, Context, Weights, Bias;
    public ThreadTeam Team;

    /// <summary>The first and second of all objects of an image, [2,F,K].</summary>
    public readonly float* ObjectsOf(int image) => Objects + (nint)image * 2 * Problem.Inputs * Problem.Objects;
}

/// <summary>What the way back reads and writes.</summary>
internal unsafe struct RelationGradients
{
    public float* Y, Objects, Context, Weights, Bias;
}
