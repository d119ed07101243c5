namespace JaccardKernels.Host;

/// <summary>Some pairs of an image a task, a chunk at a time: they are made, multiplied, rectified and added to the sums of the task.</summary>
internal unsafe struct RelationForward<TLanes> : IParallelBody
    where TLanes : struct, ILanes<TLanes, float>
{
    public RelationOperands Operands;
    public PanelRows Rows;
    public float* Packed, Partial;
    public int Slices, PairsOfSlice;

    public readonly void Run(int task, int worker)
    {
        int width = GemmTiles.Columns, height = Rows.Height, image = task / Slices, outputs = Operands.Problem.Outputs;
        int totals = outputs * width, stride = RelationChunk.Stride, offsetsLength = RelationChunk.LengthOffsets(Operands.Problem);
        long pairsLength = RelationChunk.Length(Operands.Problem.Inputs);
        float* total = Operands.Team.Packing(worker).Get<float>(
            totals + height * width + pairsLength + ObjectPairs<TLanes>.Length(Operands.Problem) + offsetsLength);
        float* sums = total + totals, pairs = sums + height * width, planes = pairs + pairsLength;
        int* offsets = RelationChunk.Offsets(planes + ObjectPairs<TLanes>.Length(Operands.Problem), offsetsLength);
        var objects = new ObjectPairs<TLanes>(Operands.Problem, planes);
        objects.Load(Operands.ObjectsOf(image), Operands.Context + (nint)image * Operands.Problem.Inputs);
        LineCopy.Zero(total, totals);
        int first = task % Slices * PairsOfSlice, end = Math.Min(first + PairsOfSlice, Operands.Problem.Pairs);
        for (int start = first; start < end; start += RelationChunk.Pairs)
        {
            int count = Math.Min(RelationChunk.Pairs, end - start);
            objects.Fill(start, count, pairs, stride);
            for (int column = 0; column < count; column += width)
            {
                for (int row = 0; row < outputs; row += height)
                {
                    Rows.Multiply(Packed, row, pairs + column, offsets, sums, width);
                    AddRectified(sums, row, Math.Min(height, outputs - row), Math.Min(width, count - column), total + (nint)row * width);
                }
            }
        }
        float* result = Partial + (nint)task * outputs;
        for (int row = 0; row < outputs; row++, total += width)
        {
            TLanes sum = TLanes.Load(total);
            for (int column = TLanes.Count; column < width; column += TLanes.Count) sum += TLanes.Load(total + column);
            result[row] = TLanes.Sum(sum);
        }
    }

    private readonly void AddRectified(float* sums, int first, int rows, int columns, float* total)
    {
        int width = GemmTiles.Columns;
        for (int row = 0; row < rows; row++, sums += width, total += width)
        {
            float own = Operands.Bias[first + row];
            TLanes bias = TLanes.All(own);
            int column = 0;
            for (; column + TLanes.Count <= columns; column += TLanes.Count)
                (TLanes.Load(total + column) + TLanes.Max(TLanes.Load(sums + column) + bias, TLanes.Zero)).Store(total + column);
            for (; column < columns; column++) total[column] += MathF.Max(sums[column] + own, 0f);
        }
    }
}
