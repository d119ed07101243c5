using System.Runtime.CompilerServices;

namespace JaccardKernels.Host;

/// <summary>
/// Transforms tiles of the input and of the output's gradient into the panels of their products. Images are turned first, a strip of them at a time, so that
/// a lane is a channel; then nothing is moved between lanes. As a loop, some strips of a panel a task.
/// </summary>
internal unsafe struct WeightGradientTransforms<TScheme, TLanes> : IParallelBody
    where TScheme : struct, IWinogradWeightScheme
    where TLanes : struct, ILanes<TLanes, float>
{
    public WeightGradientLayout Layout;
    public TiledImages Input, Gradient;
    public ThreadTeam Team;

    /// <summary>The strips of a chunk.</summary>
    public int FirstStrip, EndStrip;

    /// <summary>Tasks of a chunk.</summary>
    public readonly int Tasks => Panels * GemmBlocking.Covering(EndStrip - FirstStrip, Layout.StripsOfTask);

    private readonly int Panels => Layout.ChannelPanels + Layout.FilterPanels;

    public readonly void Run(int task, int worker)
    {
        int panel = task % Panels, strip = FirstStrip + task / Panels * Layout.StripsOfTask, end = Math.Min(strip + Layout.StripsOfTask, EndStrip);
        int columns = Layout.StripTiles * Layout.Outputs + Layout.Side - Layout.Outputs;
        // An odd number of vectors, so that rows do not share their sets of the cache.
        nint pitch = (columns | 1) * TLanes.Count;
        float* memory = Team.Packing(worker).Get<float>(Layout.Side * pitch);
        if (panel < Layout.ChannelPanels) Panel(Input, true, panel, strip, end, memory, pitch);
        else Panel(Gradient, false, panel - Layout.ChannelPanels, strip, end, memory, pitch);
    }

    private readonly void Panel(in TiledImages images, bool isInput, int panel, int firstStrip, int endStrip, float* strip, nint pitch)
    {
        int lanes = TLanes.Count, width = images.PanelWidth, endTile = Layout.FirstTile(endStrip);
        float** planes = stackalloc float*[lanes];
        float* edge = stackalloc float[Layout.Points * lanes];
        for (int first = 0; first < width; first += lanes)
        {
            // Lanes beyond the last channel repeat it: sums of them are not used.
            for (int i = 0; i < lanes; i++)
                planes[i] = images.Images + (nint)Math.Min(panel * width + first + i, images.Channels - 1) * images.Height * images.Width;
            for (int number = firstStrip; number < endStrip; number++)
            {
                int tile = Layout.FirstTile(number), tiles = Layout.FirstTile(number + 1) - tile, columns = tiles * Layout.Outputs + images.Overlap;
                Turn(images, number, planes, columns, strip, pitch);
                for (int column = 0; column < columns; column++) Transform(isInput, strip + column * lanes, pitch, strip + column * lanes, pitch);
                float* target = images.Panels + ((nint)panel * Layout.ChunkTiles + tile - Layout.FirstTile(FirstStrip)) * width + first;
                for (int i = 0; i < tiles; i++, target += width)
                {
                    float* source = strip + i * Layout.Outputs * lanes;
                    // A vector may be wider than a panel. What it writes beyond is overwritten by the next tiles, but for those at the end of the task.
                    int room = (endTile - tile - i) * width - first;
                    if (room >= lanes) Tile(isInput, source, pitch, target, images.PointStride);
                    else
                    {
                        Tile(isInput, source, pitch, edge, lanes);
                        for (int point = 0; point < Layout.Points; point++) LineCopy.Copy(edge + point * lanes, target + point * images.PointStride, room);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Tile(bool isInput, float* source, nint pitch, float* target, nint pointStride)
    {
        for (int row = 0; row < Layout.Side; row++) Transform(isInput, source + row * pitch, TLanes.Count, target + row * Layout.Side * pointStride, pointStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform(bool isInput, float* source, nint from, float* target, nint to)
    {
        if (isInput) TScheme.Input<TLanes>(source, from, target, to);
        else TScheme.Gradient<TLanes>(source, from, target, to);
    }

    // A strip of the images of some planes as [row][column][lane], with zeros around.
    private readonly void Turn(in TiledImages images, int strip, float** planes, int columns, float* target, nint pitch)
    {
        int lanes = TLanes.Count, tileRow = strip / Layout.StripsOfRow, left = strip % Layout.StripsOfRow * Layout.StripTiles * Layout.Outputs - images.PadW;
        int top = tileRow % Layout.TileRows * Layout.Outputs - images.PadH, start = Math.Max(left, 0), count = Math.Min(left + columns, images.Width) - start;
        nint image = (nint)(tileRow / Layout.TileRows) * images.Channels * images.Height * images.Width;
        for (int row = 0; row < Layout.Outputs + images.Overlap; row++, target += pitch)
        {
            if (count <= 0 || (uint)(top + row) >= (uint)images.Height)
            {
                new Span<float>(target, columns * lanes).Clear();
                continue;
            }
            int before = start - left;
            new Span<float>(target, before * lanes).Clear();
            TurnRow(planes, image + (nint)(top + row) * images.Width + start, count, target + before * lanes);
            new Span<float>(target + (before + count) * lanes, (columns - before - count) * lanes).Clear();
        }
    }

    private static void TurnRow(float** planes, nint offset, int count, float* target)
    {
        int lanes = TLanes.Count, x = 0;
        for (; x + 4 <= count; x += 4) TransposedRows.Load4(planes, offset + x, target + x * lanes);
        if (x < count && count >= 4) TransposedRows.Load4(planes, offset + count - 4, target + (count - 4) * lanes);
        else
        {
            for (; x < count; x++)
                for (int i = 0; i < lanes; i++) target[x * lanes + i] = planes[i][offset + x];
        }
    }
}
