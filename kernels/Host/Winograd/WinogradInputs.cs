namespace JaccardKernels.Host;

/// <summary>
/// Transforms tiles of the input: v = B^T d B, a chunk of tiles and some channels a task. The first half runs along whole rows of the image, into
/// strips with the zeros of the padding around them; in the second a lane is a tile.
/// </summary>
internal unsafe struct WinogradInputs<TScheme, TLanes> : IParallelBody
    where TScheme : struct, IWinogradScheme
    where TLanes : struct, ILanes<TLanes, float>
{
    /// <summary>Channels of a task.</summary>
    public const int ChannelBlock = 32;

    public WinogradProblem Problem;
    public WinogradLayout Layout;
    public ThreadTeam Team;

    /// <summary>Of the chunks from <see cref="FirstChunk"/> on.</summary>
    public float* Transformed;
    public int FirstChunk;

    /// <summary>Tasks of a chunk.</summary>
    public readonly int TasksOfChunk => GemmBlocking.Covering(Problem.Channels, ChannelBlock);

    public readonly void Run(int task, int worker)
    {
        int chunk = task / TasksOfChunk, start = task % TasksOfChunk * ChannelBlock;
        float* target = Transformed + chunk * (nint)Layout.InputChunk;
        Channels(FirstChunk + chunk, start, Math.Min(start + ChannelBlock, Problem.Channels), target, Team.Packing(worker));
    }

    /// <summary>Transforms some channels of a chunk.</summary>
    public readonly void Channels(int chunk, int start, int end, float* target, ScratchMemory memory)
    {
        int firstTile = chunk * Layout.ChunkTiles;
        int endTile = Math.Min(firstTile + Layout.ChunkTiles, Layout.Tiles), lanes = TLanes.Count, side = Layout.Side;
        int strips = (endTile - 1) / Layout.TileColumns - firstTile / Layout.TileColumns + 1;
        // Columns of margin, and four that a load of four may read beyond.
        nint pitch = Math.Min(Layout.TileColumns, Layout.ChunkTiles) * Layout.Outputs + Layout.Taps + 3, stripLength = side * pitch;
        float* window = memory.Get<float>(strips * stripLength + side * Problem.Width);
        float* strip = window + side * Problem.Width;
        new Span<float>(strip, checked((int)(strips * stripLength))).Clear();
        float** tiles = stackalloc float*[Layout.ChunkTiles];
        for (int i = 0; i < Layout.ChunkTiles; i++)
        {
            // Lanes beyond the last tile repeat it.
            int tile = Math.Min(firstTile + i, endTile - 1), number = tile / Layout.TileColumns - firstTile / Layout.TileColumns;
            tiles[i] = strip + number * stripLength + (tile % Layout.TileColumns - FirstColumn(number, firstTile)) * Layout.Outputs;
        }
        float* columns = stackalloc float[6 * lanes];
        int panelGroups = Layout.ColumnsOfPanel / lanes;
        for (int channel = start; channel < end; channel++)
        {
            for (int number = 0; number < strips; number++)
                FillStrip(channel, firstTile, endTile, number, window, strip + number * stripLength, pitch);
            for (int group = 0; group < Layout.ChunkTiles / lanes; group++)
            {
                int panel = group / panelGroups;
                float* at = target + ((nint)panel * Problem.Channels + channel) * Layout.ColumnsOfPanel + group % panelGroups * lanes;
                for (int row = 0; row < side; row++)
                {
                    TransposedRows.Load4(tiles + group * lanes, row * pitch, columns);
                    if (side > 4) TransposedRows.Load4(tiles + group * lanes, row * pitch + 2, columns + 2 * lanes);
                    TScheme.Input<TLanes>(columns, lanes, at + row * side * Layout.InputPoint, Layout.InputPoint);
                }
            }
        }
    }

    // The first of a chunk's strips begins where the chunk does, the others at the left border.
    private readonly int FirstColumn(int strip, int firstTile) => strip == 0 ? firstTile % Layout.TileColumns : 0;

    private readonly void FillStrip(int channel, int firstTile, int endTile, int number, float* window, float* target, nint pitch)
    {
        int tileRow = firstTile / Layout.TileColumns + number, firstColumn = FirstColumn(number, firstTile);
        int endColumn = tileRow == (endTile - 1) / Layout.TileColumns ? (endTile - 1) % Layout.TileColumns + 1 : Layout.TileColumns;
        int top = tileRow % Layout.TileRows * Layout.Outputs - Problem.PadH, left = firstColumn * Layout.Outputs - Problem.PadW;
        int start = Math.Max(left, 0), end = Math.Min(endColumn * Layout.Outputs + Layout.Taps - 1 - Problem.PadW, Problem.Width), count = end - start;
        if (count <= 0) return;
        float* image = Problem.Input + ((nint)(tileRow / Layout.TileRows) * Problem.Channels + channel) * Problem.Height * Problem.Width;
        float* source = image + (nint)top * Problem.Width + start;
        nint stride = Problem.Width;
        if (top < 0 || top + Layout.Side > Problem.Height)
        {
            for (int row = 0; row < Layout.Side; row++)
            {
                if ((uint)(top + row) < (uint)Problem.Height) LineCopy.Copy(source + row * stride, window + row * stride, count);
                else LineCopy.Zero(window + row * stride, count);
            }
            source = window;
        }
        Columns<TLanes>(source, stride, target + (start - left), pitch, count);
    }

    // The last vector may overlap the one before; where a row is shorter than a vector, narrower ones do it.
    private static void Columns<TVector>(float* source, nint from, float* target, nint to, int count)
        where TVector : struct, ILanes<TVector, float>
    {
        if (count < TVector.Count)
        {
            if (TVector.Count == 16) Columns<Lanes256<float>>(source, from, target, to, count);
            else if (TVector.Count == 8) Columns<Lanes128<float>>(source, from, target, to, count);
            else Columns<Lane<float>>(source, from, target, to, count);
            return;
        }
        int x = 0;
        for (; x + TVector.Count <= count; x += TVector.Count) TScheme.Input<TVector>(source + x, from, target + x, to);
        if (x < count) TScheme.Input<TVector>(source + count - TVector.Count, from, target + count - TVector.Count, to);
    }
}
