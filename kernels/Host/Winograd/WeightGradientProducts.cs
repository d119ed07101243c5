namespace JaccardKernels.Host;

/// <summary>Adds the products of a chunk to the sums. As a loop, a point a task.</summary>
internal unsafe struct WeightGradientProducts : IParallelBody
{
    public WeightGradientLayout Layout;
    public float* Filters, Channels, Sums;
    public int Tiles;

    /// <summary>The sums are of chunks before.</summary>
    public bool Accumulate;

    public readonly void Run(int task, int worker)
    {
        int height = Layout.Height, width = Layout.Width;
        float* filters = Filters + task * Layout.FilterPoint, channels = Channels + task * Layout.ChannelPoint, sums = Sums + task * Layout.SumPoint;
        delegate*<int, float*, float*, float*, nint, float*, nint, float*, void> product = GemmTiles.Get(height);
        for (int start = 0; start < Tiles; start += GemmBlocking.DepthBlock)
        {
            int depth = Math.Min(GemmBlocking.DepthBlock, Tiles - start);
            for (int column = 0; column < Layout.ChannelPanels; column++)
            {
                float* b = channels + ((nint)column * Layout.ChunkTiles + start) * width;
                for (int row = 0; row < Layout.FilterPanels; row++)
                {
                    float* a = filters + ((nint)row * Layout.ChunkTiles + start) * height, sum = sums + (row * Layout.ChannelPanels + column) * Layout.SumPanel;
                    product(depth, a, b, Accumulate || start > 0 ? sum : null, width, sum, width, a);
                }
            }
        }
    }
}
