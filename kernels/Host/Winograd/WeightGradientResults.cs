namespace JaccardKernels.Host;

/// <summary>Transforms the sums back, w = A'^T m A', and adds them to the gradient. A lane is a channel. As a loop, a panel of filters and one of channels a task.</summary>
internal unsafe struct WeightGradientResults<TScheme, TLanes> : IParallelBody
    where TScheme : struct, IWinogradWeightScheme
    where TLanes : struct, ILanes<TLanes, float>
{
    public WeightGradientLayout Layout;
    public float* Sums, Weights;
    public int Filters, Channels;

    public readonly void Run(int task, int worker) => Add(task / Layout.ChannelPanels, task % Layout.ChannelPanels, Sums + task * Layout.SumPanel);

    /// <summary>Adds the weights of a panel of filters and one of channels, given their sums.</summary>
    public readonly void Add(int filterPanel, int channelPanel, float* panelSums)
    {
        int lanes = TLanes.Count, side = Layout.Side, taps = TScheme.Taps, size = taps * taps, height = Layout.Height, width = Layout.Width;
        int firstFilter = filterPanel * height, firstChannel = channelPanel * width;
        int filters = Math.Min(height, Filters - firstFilter), channels = Math.Min(width, Channels - firstChannel);
        float* half = stackalloc float[taps * side * lanes], result = stackalloc float[size * lanes], turned = stackalloc float[size * lanes];
        float** rows = stackalloc float*[lanes];
        for (int i = 0; i < lanes; i++) rows[i] = turned + i * size;
        for (int filter = 0; filter < filters; filter++)
        {
            float* target = Weights + ((nint)(firstFilter + filter) * Channels + firstChannel) * size;
            for (int channel = 0; channel < channels; channel += lanes)
            {
                float* sums = panelSums + filter * width + channel;
                for (int j = 0; j < side; j++) TScheme.Weights<TLanes>(sums + j * Layout.SumPoint, side * Layout.SumPoint, half + j * lanes, side * lanes);
                for (int r = 0; r < taps; r++) TScheme.Weights<TLanes>(half + r * side * lanes, lanes, result + r * taps * lanes, lanes);
                for (int tap = 0; tap < size - 4; tap += 4) TransposedRows.Store4(result + tap * lanes, rows, tap);
                TransposedRows.Store4(result + (size - 4) * lanes, rows, size - 4);
                LineCopy.Add(turned, target + channel * size, Math.Min(lanes, channels - channel) * size);
            }
        }
    }
}
