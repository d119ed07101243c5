namespace JaccardKernels.Host;

/// <summary>Transforms the sums back, w = A'^T m A', and adds them to the gradient. A lane is a channel. As a loop, a filter a task.</summary>
internal unsafe struct WeightGradientResults<TScheme, TLanes> : IParallelBody
    where TScheme : struct, IWinogradWeightScheme
    where TLanes : struct, ILanes<TLanes, float>
{
    public WeightGradientLayout Layout;
    public float* Sums, Weights;
    public int Channels;

    public readonly void Run(int task, int worker)
    {
        int lanes = TLanes.Count, side = Layout.Side, taps = TScheme.Taps, size = taps * taps;
        float* half = stackalloc float[taps * side * lanes], result = stackalloc float[size * lanes], filters = stackalloc float[size * lanes];
        float** rows = stackalloc float*[lanes];
        for (int i = 0; i < lanes; i++) rows[i] = filters + i * size;
        float* sums = Sums + task * Layout.SumStride, target = Weights + (nint)task * Channels * size;
        for (int channel = 0; channel < Channels; channel += lanes, sums += lanes, target += lanes * size)
        {
            for (int j = 0; j < side; j++) TScheme.Weights<TLanes>(sums + j * Layout.SumPoint, side * Layout.SumPoint, half + j * lanes, side * lanes);
            for (int r = 0; r < taps; r++) TScheme.Weights<TLanes>(half + r * side * lanes, lanes, result + r * taps * lanes, lanes);
            for (int tap = 0; tap < size - 4; tap += 4) TransposedRows.Store4(result + tap * lanes, rows, tap);
            TransposedRows.Store4(result + (size - 4) * lanes, rows, size - 4);
            LineCopy.Add(filters, target, Math.Min(lanes, Channels - channel) * size);
        }
    }
}
