using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>
/// Multiplies and transforms back: m = u v for each point, y = A^T m A + bias. A lane is a tile. As a loop, a block of filters a task, for the chunks
/// whose inputs are transformed.
/// </summary>
internal unsafe struct WinogradOutputs<TScheme, TLanes> : IParallelBody
    where TScheme : struct, IWinogradScheme
    where TLanes : struct, ILanes<TLanes, float>
{
    public WinogradProblem Problem;
    public WinogradLayout Layout;
    public WinogradFilters<TScheme, TLanes> Filters;
    public ThreadTeam Team;

    /// <summary>Of <see cref="Chunks"/> chunks from <see cref="FirstChunk"/> on.</summary>
    public float* TransformedInputs;
    public int FirstChunk, Chunks;

    public readonly void Run(int task, int worker) => Block(task, FirstChunk, Chunks, TransformedInputs, Team.Packing(worker));

    /// <summary>Computes a block of filters of some chunks.</summary>
    public readonly void Block(int block, int firstChunk, int chunks, float* inputs, ScratchMemory memory)
    {
        int lanes = TLanes.Count, side = Layout.Side, outputs = Layout.Outputs, panels = Layout.FilterBlock / Layout.Height;
        int firstFilter = block * Layout.FilterBlock, filters = Math.Min(Layout.FilterBlock, Problem.Filters - firstFilter);
        long own = Layout.KeepsFilters ? 0 : Layout.Points * Layout.FilterPoint(panels, Layout.Depth);
        int lines = (side * outputs + outputs + outputs * outputs) * lanes;
        float* results = memory.Get<float>(chunks * Layout.ResultChunk + own + lines);
        float* half = results + chunks * Layout.ResultChunk + own, line = half + side * outputs * lanes, edge = line + outputs * lanes;
        Multiply(firstChunk, chunks, inputs, firstFilter, filters, results);
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            int firstTile = (firstChunk + chunk) * Layout.ChunkTiles, tiles = Math.Min(Layout.ChunkTiles, Layout.Tiles - firstTile);
            for (int first = 0; first < tiles; first += lanes)
            {
                float* source = results + chunk * Layout.ResultChunk + first;
                TransformBack(firstTile + first, Math.Min(lanes, tiles - first), firstFilter, filters, source, half, line, edge);
            }
        }
    }

    private readonly void Multiply(int firstChunk, int chunks, float* inputs, int firstFilter, int filters, float* results)
    {
        int height = Layout.Height, width = Layout.ColumnsOfPanel, channels = Problem.Channels, panels = GemmBlocking.Covering(filters, height);
        float* own = results + chunks * Layout.ResultChunk;
        var tile = width == GemmTiles.Columns ? GemmTiles.Get(height) : NarrowTiles.Get(height);
        for (int k0 = 0; k0 < channels; k0 += Layout.Depth)
        {
            int depth = Math.Min(Layout.Depth, channels - k0);
            float* a = Filters.Transformed + ((nint)firstFilter * channels + (nint)k0 * height);
            nint panelStride = (nint)channels * height, pointStride = Layout.FilterPoint(Layout.FilterPanels, channels);
            if (!Layout.KeepsFilters)
            {
                a = own;
                (panelStride, pointStride) = ((nint)depth * height, Layout.FilterPoint(panels, depth));
                for (int panel = 0; panel < panels; panel++)
                    Filters.Panel(firstFilter / height + panel, k0, k0 + depth, own + panel * panelStride, pointStride);
            }
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                int tiles = Math.Min(Layout.ChunkTiles, Layout.Tiles - (firstChunk + chunk) * Layout.ChunkTiles);
                for (int point = 0; point < Layout.Points; point++)
                {
                    for (int column = 0; column < tiles; column += width)
                    {
                        float* b = inputs + chunk * Layout.InputChunk + point * Layout.InputPoint + (nint)column * channels + (nint)k0 * width;
                        float* c = results + chunk * Layout.ResultChunk + point * Layout.ResultPoint + column;
                        float* of = a + point * pointStride;
                        for (int panel = 0; panel < panels; panel++, of += panelStride, c += (nint)height * Layout.ChunkTiles)
                        {
                            // The next panel of filters: those of all points are more than a second-level cache holds, and of few tiles each is read once.
                            float* ahead = panel + 1 < panels ? of + panelStride : a + (point + (column + width < tiles ? 0 : 1)) * pointStride;
                            tile(depth, of, b, k0 > 0 ? c : null, Layout.ChunkTiles, c, Layout.ChunkTiles, ahead);
                        }
                    }
                }
            }
        }
    }

    private readonly void TransformBack(int firstTile, int count, int firstFilter, int filters, float* source, float* half, float* line, float* edge)
    {
        int lanes = TLanes.Count, side = Layout.Side, outputs = Layout.Outputs;
        float** targets = stackalloc float*[lanes];
        bool whole = Targets(firstTile, count, edge, targets);
        nint plane = (nint)Problem.OutputHeight * Problem.OutputWidth, filter = firstFilter * plane;
        for (int k = 0; k < filters; k++, source += Layout.ChunkTiles, filter += plane)
        {
            for (int j = 0; j < side; j++)
                TScheme.Output<TLanes>(source + j * Layout.ResultPoint, side * Layout.ResultPoint, half + j * lanes, side * lanes);
            float bias = Problem.Bias == null ? 0f : Problem.Bias[firstFilter + k];
            for (int row = 0; row < outputs; row++)
            {
                TScheme.Output<TLanes>(half + row * side * lanes, lanes, line, lanes);
                Finish(line, outputs, bias);
                nint offset = whole ? filter + row * Problem.OutputWidth : row * outputs;
                if (outputs == 4) TransposedRows.Store4(line, targets, offset);
                else TransposedRows.Store2(line, targets, offset);
            }
            if (!whole) CopyEdges(firstTile, count, edge, Problem.Output + filter);
        }
    }

    // Where the tiles of some lanes begin in the output of filter 0; if any is cut by the border or missing, all go to memory of their own.
    private readonly bool Targets(int firstTile, int count, float* edge, float** targets)
    {
        int lanes = TLanes.Count, outputs = Layout.Outputs;
        bool whole = count == lanes;
        for (int i = 0; i < count && whole; i++)
        {
            (int image, int row, int column) = Layout.Place(firstTile + i);
            whole = (row + 1) * outputs <= Problem.OutputHeight && (column + 1) * outputs <= Problem.OutputWidth;
            targets[i] = Problem.Output
                + ((nint)image * Problem.Filters * Problem.OutputHeight + row * outputs) * Problem.OutputWidth + column * outputs;
        }
        for (int i = 0; i < lanes && !whole; i++) targets[i] = edge + i * outputs * outputs;
        return whole;
    }

    private readonly void CopyEdges(int firstTile, int count, float* edge, float* output)
    {
        int outputs = Layout.Outputs;
        for (int i = 0; i < count; i++, edge += outputs * outputs)
        {
            (int image, int row, int column) = Layout.Place(firstTile + i);
            int rows = Math.Min(outputs, Problem.OutputHeight - row * outputs), columns = Math.Min(outputs, Problem.OutputWidth - column * outputs);
            float* target = output + ((nint)image * Problem.Filters * Problem.OutputHeight + row * outputs) * Problem.OutputWidth + column * outputs;
            for (int r = 0; r < rows; r++, target += Problem.OutputWidth)
            {
                if (columns == 4) Vector128.Load(edge + r * outputs).Store(target);
                else for (int c = 0; c < columns; c++) target[c] = edge[r * outputs + c];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Finish(float* line, int count, float bias)
    {
        TLanes added = TLanes.All(bias), ceiling = TLanes.All(Problem.Ceiling);
        for (int i = 0; i < count; i++, line += TLanes.Count)
        {
            TLanes value = TLanes.Load(line) + added;
            (Problem.Relu ? Relu.Rectify(value, ceiling) : value).Store(line);
        }
    }
}
