namespace JaccardKernels.Host;

/// <summary>Transforms filters: u = G g G^T. A lane is a filter. As a loop, a panel of filters and some channels a task, for all tasks that follow.</summary>
internal unsafe struct WinogradFilters<TScheme, TLanes> : IParallelBody
    where TScheme : struct, IWinogradScheme
    where TLanes : struct, ILanes<TLanes, float>
{
    private const int ChannelBlock = 64;

    public WinogradProblem Problem;
    public WinogradLayout Layout;
    public float* Transformed;

    /// <summary>Tasks for all filters.</summary>
    public readonly int Tasks => Layout.FilterPanels * Blocks;

    private readonly int Blocks => GemmBlocking.Covering(Problem.Channels, ChannelBlock);

    public readonly void Run(int task, int worker)
    {
        int panel = task / Blocks, start = task % Blocks * ChannelBlock;
        nint pointStride = Layout.FilterPoint(Layout.FilterPanels, Problem.Channels);
        float* target = Transformed + ((nint)panel * Problem.Channels + start) * Layout.Height;
        Panel(panel, start, Math.Min(start + ChannelBlock, Problem.Channels), target, pointStride);
    }

    /// <summary>Transforms channels <paramref name="start"/> to <paramref name="end"/> - 1 of a panel to <c>[point][channel][row]</c>.</summary>
    public readonly void Panel(int panel, int start, int end, float* target, nint pointStride)
    {
        int lanes = TLanes.Count, height = Layout.Height, points = Layout.Points;
        float** rows = stackalloc float*[lanes];
        float* last = stackalloc float[points * lanes], taps = stackalloc float[TScheme.Taps * TScheme.Taps * lanes], half = stackalloc float[TScheme.Taps * Layout.Side * lanes];
        for (int first = 0; first < height; first += lanes, target += lanes)
        {
            // Rows beyond the last filter repeat it: what they are multiplied to is not stored.
            for (int i = 0; i < lanes; i++)
                rows[i] = Problem.Weights + Math.Min(panel * height + first + i, Problem.Filters - 1) * Problem.FilterStride;
            int count = Math.Min(lanes, height - first);
            for (int c = start; c < end - 1; c++)
                Transform(rows, c * Problem.ChannelStride, taps, half, target + (nint)(c - start) * height, pointStride);
            // A vector is wider than a panel. What it writes beyond is overwritten by the next channel, but for the last one.
            Transform(rows, (end - 1) * Problem.ChannelStride, taps, half, last, lanes);
            for (int point = 0; point < points; point++)
                for (int i = 0; i < count; i++) target[(nint)(end - 1 - start) * height + point * pointStride + i] = last[point * lanes + i];
        }
    }

    private readonly void Transform(float** rows, nint offset, float* taps, float* half, float* target, nint pointStride)
    {
        int lanes = TLanes.Count, side = Layout.Side, size = TScheme.Taps, last = size * size - 4;
        for (int tap = 0; tap < last; tap += 4) TransposedRows.Load4(rows, offset + tap, taps + tap * lanes);
        TransposedRows.Load4(rows, offset + last, taps + last * lanes);
        float* origin = Problem.Turned ? taps + (size * size - 1) * lanes : taps;
        nint step = Problem.Turned ? -lanes : lanes;
        for (int s = 0; s < size; s++) TScheme.Filter<TLanes>(origin + s * step, size * step, half + s * lanes, size * lanes);
        for (int r = 0; r < side; r++) TScheme.Filter<TLanes>(half + size * r * lanes, lanes, target + r * side * pointStride, pointStride);
    }
}
