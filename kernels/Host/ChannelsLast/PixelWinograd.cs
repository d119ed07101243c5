using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution of channels that lie together with 3 x 3 filters of stride 1 by minimal filtering: a lane of the transforms is a channel or a filter, so nothing is
/// turned, and every point is a product of tiles by filters in the register tiles of <see cref="PixelTiles"/>. A task takes some tiles from input to output.
/// </summary>
internal unsafe struct PixelWinograd<TScheme> : IParallelBody
    where TScheme : struct, IWinogradScheme
{
    // Bytes of the transformed input of a task, which stay in the second-level cache; the most tiles; tasks that a small problem is cut into.
    private const int InputBytes = 1 << 18, MostTiles = 56, LeastTasks = 4;

    private ChannelsLastConvolutionProblem _problem;
    private float* _x, _filters, _bias, _added, _y;
    private int _tilesH, _tilesW, _blockTiles, _groups;
    private ThreadTeam _team;

    private static int Side => TScheme.Outputs + TScheme.Taps - 1;

    private static int Points => Side * Side;

    /// <summary>Why a problem cannot be computed so, as the end of a sentence, or null.</summary>
    public static string? WhyNot(ChannelsLastConvolutionProblem problem) =>
        problem.Planar ? "its images lie in planes" : WinogradConvolution.WhyNot(problem.Convolution, TScheme.Taps);

    /// <summary>Tiles of a problem.</summary>
    public static long Tiles(in ConvolutionProblem p) =>
        (long)p.Batch * GemmBlocking.Covering(p.OutputHeight, TScheme.Outputs) * GemmBlocking.Covering(p.OutputWidth, TScheme.Outputs);

    /// <summary>Elements of filters laid out, and the offsets behind them.</summary>
    public static long PreparedLength(in ConvolutionProblem p) => FiltersLength(p) + p.Channels;

    /// <summary>Transforms filters [K,C,3,3] to <c>[panel][point][c][filter]</c>.</summary>
    public static void Prepare(in ConvolutionProblem p, float* w, float* prepared)
    {
        int taps = TScheme.Taps, side = Side;
        float* half = stackalloc float[side * taps], points = stackalloc float[side * side];
        new Span<float>(prepared, checked((int)FiltersLength(p))).Clear();
        for (int k = 0; k < p.Filters; k++)
        {
            int first = k / PixelTiles.Columns * PixelTiles.Columns, columns = PixelLayout.Columns(p.Filters - first);
            for (int c = 0; c < p.Channels; c++)
            {
                float* g = w + ((nint)k * p.Channels + c) * taps * taps, target = prepared + (nint)first * Points * p.Channels + c * columns + k - first;
                for (int s = 0; s < taps; s++) TScheme.Filter<Lane<float>>(g + s, taps, half + s, taps);
                for (int r = 0; r < side; r++) TScheme.Filter<Lane<float>>(half + r * taps, 1, points + r * side, 1);
                for (int point = 0; point < Points; point++) target[(nint)point * p.Channels * columns] = points[point];
            }
        }
        int* offsets = (int*)(prepared + FiltersLength(p));
        for (int c = 0; c < p.Channels; c++) offsets[c] = c;
    }

    /// <summary>Computes a problem by filters that were transformed.</summary>
    public static void Run(in ChannelsLastConvolutionProblem problem, float* x, float* prepared, float* bias, float* added, float* y, ThreadTeam team)
    {
        ConvolutionProblem p = problem.Convolution;
        int tiles = (int)Tiles(p), most = Math.Clamp(InputBytes / (sizeof(float) * Points * p.Channels), PixelTiles.MaxRows, MostTiles);
        int blocks = Math.Max(GemmBlocking.Covering(tiles, most), Math.Min(LeastTasks, GemmBlocking.Covering(tiles, PixelTiles.MaxRows)));
        var body = new PixelWinograd<TScheme>
        {
            _problem = problem, _x = x, _filters = prepared, _bias = bias, _added = added, _y = y, _team = team,
            _tilesH = GemmBlocking.Covering(p.OutputHeight, TScheme.Outputs), _tilesW = GemmBlocking.Covering(p.OutputWidth, TScheme.Outputs),
            _blockTiles = GemmBlocking.Covering(tiles, blocks),
            _groups = Math.Clamp(LeastTasks / blocks, 1, GemmBlocking.Covering(p.Filters, PixelTiles.Columns)),
        };
        team.For(GemmBlocking.Covering(tiles, body._blockTiles) * body._groups, ref body);
    }

    public readonly void Run(int task, int worker)
    {
        if (Vector512.IsHardwareAccelerated) Run<Lanes512<float>>(task, worker);
        else if (Vector256.IsHardwareAccelerated) Run<Lanes256<float>>(task, worker);
        else if (Vector128.IsHardwareAccelerated) Run<Lanes128<float>>(task, worker);
        else Run<Lane<float>>(task, worker);
    }

    private static long FiltersLength(in ConvolutionProblem p) => (long)GemmBlocking.RoundUp(p.Filters, PixelTiles.Lanes) * Points * p.Channels;

    private readonly void Run<TLanes>(int task, int worker)
        where TLanes : struct, ILanes<TLanes, float>
    {
        ConvolutionProblem p = _problem.Convolution;
        int first = task / _groups * _blockTiles, tiles = (int)Math.Min(_blockTiles, Tiles(p) - first), group = task % _groups;
        nint point = (nint)tiles * p.Channels;
        // A tile as it lies, a tile half transformed, and then all points.
        float* inputs = _team.Scratch(worker).Get<float>(Points * point + 2 * Points * TLanes.Count), half = inputs + Points * point;
        float* products = _team.Packing(worker).Get<float>((nint)Points * tiles * PixelTiles.Columns);
        for (int t = 0; t < tiles; t++) Input(first + t, inputs + (nint)t * p.Channels, point, half);
        int panels = GemmBlocking.Covering(p.Filters, PixelTiles.Columns);
        for (int panel = panels * group / _groups; panel < panels * (group + 1) / _groups; panel++)
        {
            int start = panel * PixelTiles.Columns, columns = PixelLayout.Columns(p.Filters - start);
            Multiply(start, columns, inputs, tiles, products);
            for (int t = 0; t < tiles; t++)
            {
                for (int j = 0; j < columns && start + j < p.Filters; j += TLanes.Count)
                    Output<TLanes>(first + t, start + j, products + (nint)t * columns + j, (nint)tiles * columns, half);
            }
        }
    }

    private readonly void Multiply(int start, int columns, float* inputs, int tiles, float* products)
    {
        ConvolutionProblem p = _problem.Convolution;
        float* filters = _filters + (nint)start * Points * p.Channels, none = stackalloc float[PixelTiles.Columns];
        int* offsets = (int*)(_filters + FiltersLength(p));
        new Span<float>(none, columns).Clear();
        var output = new PixelOutput { Y = products, Stride = columns, Bias = none };
        int height = PixelTiles.HeightFor(tiles);
        for (int point = 0; point < Points; point++, filters += (nint)p.Channels * columns)
        {
            for (int done = 0; done < tiles; done += height)
            {
                int rows = Math.Min(height, tiles - done);
                PixelTiles.Get(rows, columns == PixelTiles.Lanes)(p.Channels, inputs, offsets, p.Channels, filters, &output);
                inputs += (nint)rows * p.Channels;
                output.Y += rows * columns;
            }
        }
    }

    // The image and the first row and column of a tile's outputs.
    private readonly (int Image, int Row, int Column) At(int tile) =>
        (tile / (_tilesH * _tilesW), tile / _tilesW % _tilesH * TScheme.Outputs, tile % _tilesW * TScheme.Outputs);

    private readonly void Input(int tile, float* target, nint point, float* memory)
    {
        ConvolutionProblem p = _problem.Convolution;
        (int image, int row, int column) = At(tile);
        Elementwise.Overlapping(p.Channels, new InputTile
        {
            Image = _x + (nint)image * p.Height * p.Width * p.Channels, Channels = p.Channels, Height = p.Height, Width = p.Width, Row = row - p.PadH,
            Column = column - p.PadW, Target = target, Point = point, Memory = memory,
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Output<TLanes>(int tile, int filter, float* products, nint point, float* half)
        where TLanes : struct, ILanes<TLanes, float>
    {
        ConvolutionProblem p = _problem.Convolution;
        int lanes = TLanes.Count, side = Side, size = TScheme.Outputs;
        float* outputs = half + side * size * lanes;
        for (int s = 0; s < side; s++) TScheme.Output<TLanes>(products + s * point, side * point, half + s * lanes, side * lanes);
        for (int r = 0; r < size; r++) TScheme.Output<TLanes>(half + r * side * lanes, lanes, outputs + r * size * lanes, lanes);
        (int image, int row, int column) = At(tile);
        long pixel = ((long)image * p.OutputHeight + row) * p.OutputWidth + column;
        var to = new PixelOutput
        {
            Y = _y + pixel * _problem.OutputChannels + filter, Stride = _problem.OutputChannels, Added = _added == null ? null : _added + pixel * p.Filters + filter,
            AddedStride = p.Filters, Bias = _bias == null ? null : _bias + filter, Relu = p.Relu, Ceiling = p.Ceiling,
        };
        for (int r = 0; r < Math.Min(size, p.OutputHeight - row); r++)
        {
            PixelTail.Store(outputs + r * size * lanes, lanes, Math.Min(size, p.OutputWidth - column), Math.Min(lanes, p.Filters - filter), to);
            to.Y += p.OutputWidth * to.Stride;
            if (to.Added != null) to.Added += p.OutputWidth * to.AddedStride;
        }
    }

    /// <summary>Transforms some channels of a tile.</summary>
    private struct InputTile : IElementwise
    {
        public float* Image, Target, Memory;
        public int Channels, Height, Width, Row, Column;
        public nint Point;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Apply<TLanes>(nint channel)
            where TLanes : struct, ILanes<TLanes, float>
        {
            int lanes = TLanes.Count, side = Side;
            float* half = Memory, source = Image + ((nint)Row * Width + Column) * Channels + channel, target = Target + channel;
            nint row = (nint)Width * Channels, column = Channels;
            if (Row < 0 || Column < 0 || Row + side > Height || Column + side > Width)
            {
                float* copy = Memory + side * side * lanes;
                for (int r = 0; r < side; r++)
                {
                    for (int s = 0; s < side; s++)
                    {
                        bool isInside = (uint)(Row + r) < (uint)Height && (uint)(Column + s) < (uint)Width;
                        (isInside ? TLanes.Load(source + r * row + s * column) : TLanes.Zero).Store(copy + (r * side + s) * lanes);
                    }
                }
                source = copy;
                (row, column) = (side * lanes, lanes);
            }
            for (int s = 0; s < side; s++) TScheme.Input<TLanes>(source + s * column, row, half + s * lanes, side * lanes);
            for (int r = 0; r < side; r++) TScheme.Input<TLanes>(half + r * side * lanes, lanes, target + r * side * Point, Point);
        }
    }
}
