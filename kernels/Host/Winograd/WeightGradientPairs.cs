namespace JaccardKernels.Host;

/// <summary>
/// Adds a chunk's products to the gradient: multiplies and transforms back at once. As a loop, a panel of filters and one of channels a task; those of a panel of
/// channels follow each other, for they share it.
/// </summary>
internal unsafe struct WeightGradientPairs<TScheme, TLanes> : IParallelBody
    where TScheme : struct, IWinogradWeightScheme
    where TLanes : struct, ILanes<TLanes, float>
{
    public WeightGradientLayout Layout;
    public WeightGradientResults<TScheme, TLanes> Results;
    public ThreadTeam Team;
    public float* Filters, Channels;
    public int Tiles;

    public readonly void Run(int task, int worker)
    {
        int filterPanel = task % Layout.FilterPanels, channelPanel = task / Layout.FilterPanels;
        float* sums = Team.Packing(worker).Get<float>(Layout.SumPanel);
        float* a = Filters + (nint)filterPanel * Layout.ChunkTiles * Layout.Height, b = Channels + (nint)channelPanel * Layout.ChunkTiles * Layout.Width;
        delegate*<int, float*, float*, float*, nint, float*, nint, float*, void> product = GemmTiles.Get(Layout.Height);
        for (int point = 0; point < Layout.Points; point++, a += Layout.FilterPoint, b += Layout.ChannelPoint)
            product(Tiles, a, b, null, 0, sums + point * Layout.SumPoint, Layout.Width, b + Layout.ChannelPoint);
        Results.Add(filterPanel, channelPanel, sums);
    }
}
