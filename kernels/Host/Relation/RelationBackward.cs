using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Some images a task, a chunk of pairs at a time: the pairs are made and multiplied anew, what is above zero takes dy, and from there two products go
/// on: back to the pairs, whose gradients are added up over them, and with the pairs to the weights, whose sums a task keeps to itself. In the second the
/// pairs are summed over, so both of its operands are turned once a chunk.
/// </summary>
internal unsafe struct RelationBackward<TLanes> : IParallelBody
    where TLanes : struct, ILanes<TLanes, float>
{
    public RelationOperands Operands;
    public RelationGradients Gradients;
    public PanelRows Rows, BackRows;
    public float* Packed, PackedBack, Partial;
    public int Tasks;

    /// <summary>Elements of what a task adds up: gradients of weights in whole tiles, and of biases a vector each.</summary>
    public static long LengthPartial(in RelationSumProblem p) => LengthWeights(p) + (long)p.Outputs * TLanes.Count;

    /// <summary>From row to row of a task's gradients of weights.</summary>
    public static int WeightStride(in RelationSumProblem p) => GemmBlocking.RoundUp(p.Inputs, GemmTiles.Columns);

    /// <summary>Elements of a task's gradients of weights.</summary>
    public static long LengthWeights(in RelationSumProblem p) => (long)GemmBlocking.RoundUp(p.Outputs, PanelRows.HeightFor(p.Outputs)) * WeightStride(p);

    public readonly void Run(int task, int worker)
    {
        RelationSumProblem p = Operands.Problem;
        int width = GemmTiles.Columns, stride = RelationChunk.Stride, paddedInputs = GemmBlocking.RoundUp(p.Inputs, BackRows.Height);
        int paddedOutputs = GemmBlocking.RoundUp(p.Outputs, Rows.Height), offsetsLength = RelationChunk.LengthOffsets(p);
        long planesLength = ObjectPairs<TLanes>.Length(p), turnedInputs = (long)WeightStride(p) * RelationChunk.Pairs;
        // The gradients of the pairs are done with when the operands of the product for the weights are turned.
        long turned = Math.Max(turnedInputs + (long)paddedOutputs * RelationChunk.Pairs, RelationChunk.Length(paddedInputs));
        float* planes = Operands.Team.Packing(worker).Get<float>(
            2 * planesLength + RelationChunk.Length(p.Inputs) + RelationChunk.Length(paddedOutputs) + turned
            + Math.Max(width, Rows.Height) * RelationChunk.Pairs + offsetsLength);
        var objects = new ObjectPairs<TLanes>(p, planes);
        var dobjects = new ObjectPairs<TLanes>(p, planes + planesLength);
        float* hidden = planes + 2 * planesLength, dz = hidden + RelationChunk.Length(p.Inputs), inputs = dz + RelationChunk.Length(paddedOutputs);
        float* dhidden = inputs, outputs = inputs + turnedInputs, buffer = inputs + turned;
        int* offsets = RelationChunk.Offsets(buffer + Math.Max(width, Rows.Height) * RelationChunk.Pairs, offsetsLength);
        float* dweights = Partial + task * LengthPartial(p), dbias = dweights + LengthWeights(p);
        new Span<float>(dweights, checked((int)LengthPartial(p))).Clear();
        for (int image = (int)((long)task * p.Batch / Tasks); image < (int)((task + 1L) * p.Batch / Tasks); image++)
        {
            objects.Load(Operands.ObjectsOf(image), Operands.Context + (nint)image * p.Inputs);
            dobjects.Clear();
            for (int start = 0; start < p.Pairs; start += RelationChunk.Pairs)
            {
                int count = Math.Min(RelationChunk.Pairs, p.Pairs - start);
                objects.Fill(start, count, hidden, stride);
                Multiply(Rows, Packed, hidden, count, offsets, dz);
                Rectify(Gradients.Y + (nint)image * p.Outputs, count, objects.Numbers, dz, dbias);
                Multiply(BackRows, PackedBack, dz, count, offsets, dhidden);
                dobjects.AddBack(start, count, hidden, dhidden, stride);
                MatrixLines hiddenLines = new(hidden, stride, alongK: true), gradientLines = new(dz, stride, alongK: true);
                GemmPacking.Pack(ref hiddenLines, 0, p.Inputs, 0, count, width, inputs, buffer);
                GemmPacking.Pack(ref gradientLines, 0, p.Outputs, 0, count, Rows.Height, outputs, buffer);
                AddWeights(count, outputs, inputs, dweights);
            }
            dobjects.Store(Gradients.Objects + (nint)image * 2 * p.Inputs * p.Objects, Gradients.Context + (nint)image * p.Inputs);
        }
    }

    // All rows times a chunk; columns beyond its pairs are of no meaning.
    private static void Multiply(in PanelRows rows, float* packed, float* chunk, int count, int* offsets, float* results)
    {
        for (int column = 0; column < count; column += GemmTiles.Columns)
        {
            for (int row = 0; row < rows.Count; row += rows.Height)
                rows.Multiply(packed, row, chunk + column, offsets, results + row * (nint)RelationChunk.Stride + column, RelationChunk.Stride);
        }
    }

    // dz = dy where the second layer is above zero, and its sums over the pairs, a vector a row.
    private readonly void Rectify(float* dy, int count, TLanes numbers, float* dz, float* dbias)
    {
        for (int row = 0; row < Operands.Problem.Outputs; row++, dz += RelationChunk.Stride, dbias += TLanes.Count)
        {
            TLanes bias = TLanes.All(Operands.Bias[row]), own = TLanes.All(dy[row]), total = TLanes.Load(dbias);
            int column = 0;
            for (; column + TLanes.Count <= count; column += TLanes.Count)
            {
                TLanes value = TLanes.Select(TLanes.Load(dz + column) + bias > TLanes.Zero, own, TLanes.Zero);
                value.Store(dz + column);
                total += value;
            }
            if (column < count)
            {
                TLanes mask = numbers < TLanes.All(count - column) & TLanes.Load(dz + column) + bias > TLanes.Zero;
                TLanes value = TLanes.Select(mask, own, TLanes.Zero);
                value.Store(dz + column);
                total += value;
            }
            total.Store(dbias);
        }
    }

    private readonly void AddWeights(int depth, float* outputs, float* inputs, float* dweights)
    {
        var tile = GemmTiles.Get(Rows.Height);
        int stride = WeightStride(Operands.Problem);
        for (int column = 0; column < Operands.Problem.Inputs; column += GemmTiles.Columns)
        {
            float* panel = inputs + (nint)column * depth;
            for (int row = 0; row < Operands.Problem.Outputs; row += Rows.Height)
            {
                float* sum = dweights + (nint)row * stride + column;
                tile(depth, outputs + (nint)row * depth, panel, sum, stride, sum, stride, panel);
            }
        }
    }
}

/// <summary>Adds up what the tasks of <see cref="RelationBackward{TLanes}"/> kept apart, in order; a row of weights a task.</summary>
internal unsafe struct RelationWeightSums : IParallelBody
{
    public RelationSumProblem Problem;
    public RelationGradients Gradients;
    public float* Partial;
    public long Length;
    public int Tasks;

    /// <summary>From row to row of the weights, elements of them, and of the vector of a bias.</summary>
    public int Stride, Lanes;
    public long LengthWeights;

    public readonly void Run(int task, int worker)
    {
        float* dweights = Gradients.Weights + (nint)task * Problem.Inputs;
        double bias = Gradients.Bias[task];
        for (int part = 0; part < Tasks; part++)
        {
            float* partial = Partial + part * Length;
            LineCopy.Add(partial + (nint)task * Stride, dweights, Problem.Inputs);
            for (int lane = 0; lane < Lanes; lane++) bias += partial[LengthWeights + (nint)task * Lanes + lane];
        }
        Gradients.Bias[task] = (float)bias;
    }
}
