namespace JaccardKernels.Host;

/// <summary>Adds the products of a chunk to the sums. As a loop, a block of filters of a point a task.</summary>
internal unsafe struct WeightGradientProducts : IParallelBody
{
    public WeightGradientLayout Layout;
    public float* Filters, Channels, Sums;
    public int Tiles;

    /// <summary>The sums are of chunks before.</summary>
    public bool Accumulate;

    /// <summary>Tasks of a chunk.</summary>
    public readonly int Tasks => Layout.Points * Layout.Blocks;

    public readonly void Run(int task, int worker)
    {
        int point = task / Layout.Blocks, firstPanel = task % Layout.Blocks * Layout.PanelsOfBlock, height = Layout.Height, width = Layout.Width;
        int endPanel = Math.Min(firstPanel + Layout.PanelsOfBlock, Layout.FilterPanels);
        float* filters = Filters + point * Layout.FilterPoint, channels = Channels + point * Layout.ChannelPoint, sums = Sums + point * Layout.SumPoint;
        delegate*<int, float*, float*, float*, nint, bool, void> product = GemmTiles.Get(height);
        for (int start = 0; start < Tiles; start += GemmBlocking.DepthBlock)
        {
            int depth = Math.Min(GemmBlocking.DepthBlock, Tiles - start);
            for (int column = 0; column < Layout.ChannelPanels; column++)
            {
                float* b = channels + ((nint)column * Layout.ChunkTiles + start) * width;
                for (int row = firstPanel; row < endPanel; row++)
                {
                    float* a = filters + ((nint)row * Layout.ChunkTiles + start) * height;
                    product(depth, a, b, sums + (row * Layout.ChannelPanels + column) * Layout.SumPanel, width, Accumulate || start > 0);
                }
            }
        }
    }
}
