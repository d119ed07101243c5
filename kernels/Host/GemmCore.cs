namespace JaccardKernels.Host;

/// <summary>
/// Where the result lives: rows of a fixed stride, columns in runs, one run an image (or the whole row of a plain matrix); and whether it is rectified.
/// </summary>
internal readonly unsafe struct ResultView(float* data, nint rowStride, int run, nint runStride, bool relu = false)
{
    public nint RowStride => rowStride;

    public bool Relu => relu;

    /// <summary>The address of an element.</summary>
    public float* At(int row, int column) => data + row * rowStride + column / run * runStride + column % run;

    /// <summary>Elements from this column to the end of its run.</summary>
    public int RunFrom(int column) => run - column % run;
}

/// <summary>What is added to the product: nothing, a number a column, or a number a row.</summary>
internal readonly unsafe struct BiasView(float* data, bool perRow)
{
    public bool Exists => data != null;

    public float At(int row, int column) => data[perRow ? row : column];
}

/// <summary>
/// The blocked matrix product that Gemm and the three convolutions share (Goto, van de Geijn 2008): panels of A and B are packed, a block of
/// B stays in the second-level cache, and a register tile walks over them. Operands come from line sources, so patches of a convolution are
/// gathered straight into the panel and never stand in memory. Tasks are blocks of the result, cut by its size alone; every element is summed in
/// order of k, so results do not depend on threads.
/// </summary>
internal static unsafe class GemmCore
{
    // kc x 32 columns of B are 32 KiB, the first-level cache; kc x 14 rows of A stream past it from the second level.
    private const int DepthBlock = 256;

    // Columns a task packs at once: 256 x 512 floats are half a second-level cache of 1 MiB.
    private const int MaxColumnBlock = 512;

    // Enough tasks to even out 2 to 16 threads; below 112 rows the packing of B would show.
    private const int WantedTasks = 32, MinRowBlock = 112;

    // Up to here A is packed once for all tasks; beyond (weight gradients, whose A is the whole batch) each task packs the part it needs.
    private const long MaxPackedA = 32L << 20;

    /// <summary>result[m,n] (+)= A B + bias.</summary>
    public static void Run<TA, TB>(int m, int n, int k, TA a, TB b, BiasView bias, bool accumulate, ResultView result, ThreadTeam team)
        where TA : struct, ILineSource
        where TB : struct, ILineSource
    {
        int columns = GemmTiles.Columns, height = GemmTiles.HeightFor(m);
        int columnBlock = Math.Clamp(RoundUp((n + 15) / 16, columns), columns, MaxColumnBlock);
        int columnBlocks = (n + columnBlock - 1) / columnBlock;
        int rowBlocks = Math.Clamp(WantedTasks / columnBlocks, 1, Math.Max(1, m / MinRowBlock));
        int rowBlock = RoundUp((m + rowBlocks - 1) / rowBlocks, height);
        rowBlocks = (m + rowBlock - 1) / rowBlock;
        var body = new Body<TA, TB>
        {
            A = a, B = b, Bias = bias, Result = result, Team = team, Accumulate = accumulate,
            M = m, N = n, K = k, Height = height, ColumnBlock = columnBlock, RowBlock = rowBlock, RowBlocks = rowBlocks,
        };
        long packedA = (long)RoundUp(m, height) * k;
        if (packedA <= MaxPackedA && columnBlocks > 1)
        {
            body.PackedA = team.SharedPacking.Get<float>(packedA);
            var packing = new PackBody<TA> { A = a, Team = team, M = m, K = k, Height = height, Packed = body.PackedA };
            team.For((m + height - 1) / height, ref packing);
        }
        team.For(columnBlocks * rowBlocks, ref body);
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>Packs one panel of A, block of k by block of k: [panel][block of k][k][height].</summary>
    private struct PackBody<TA> : IParallelBody
        where TA : struct, ILineSource
    {
        public TA A;
        public ThreadTeam Team;
        public int M, K, Height;
        public float* Packed;

        public void Run(int task, int worker)
        {
            float* buffer = Team.Packing(worker).Get<float>((long)Height * DepthBlock);
            int row = task * Height, rows = Math.Min(Height, M - row);
            for (int k0 = 0; k0 < K; k0 += DepthBlock)
                GemmPacking.Pack(ref A, row, rows, k0, Math.Min(DepthBlock, K - k0), Height, Packed + (nint)row * K + (nint)k0 * Height, buffer);
        }
    }

    private struct Body<TA, TB> : IParallelBody
        where TA : struct, ILineSource
        where TB : struct, ILineSource
    {
        public TA A;
        public TB B;
        public BiasView Bias;
        public ResultView Result;
        public ThreadTeam Team;
        public bool Accumulate;
        public int M, N, K, Height, ColumnBlock, RowBlock, RowBlocks;
        public float* PackedA;

        public void Run(int task, int worker)
        {
            int width = GemmTiles.Columns;
            int column = task / RowBlocks * ColumnBlock, columns = Math.Min(ColumnBlock, N - column);
            int row = task % RowBlocks * RowBlock, rows = Math.Min(RowBlock, M - row);
            int panels = (columns + width - 1) / width;
            int bufferLength = Math.Max(Math.Max(width, Height) * DepthBlock, ColumnBlock);
            int ownA = PackedA == null ? RoundUp(rows, Height) * DepthBlock : 0;
            float* packedB = Team.Packing(worker).Get<float>((long)panels * width * DepthBlock + ownA + bufferLength + Height * width);
            float* packedA = packedB + (nint)panels * width * DepthBlock;
            float* buffer = packedA + ownA;
            float* edge = buffer + bufferLength;

            bool add = Accumulate;
            if (Bias.Exists)
            {
                SetBias(row, rows, column, columns);
                add = true;
            }
            for (int k0 = 0; k0 < K; k0 += DepthBlock, add = true)
            {
                int depth = Math.Min(DepthBlock, K - k0);
                bool rectify = Result.Relu && k0 + depth == K;
                GemmPacking.Pack(ref B, column, columns, k0, depth, width, packedB, buffer);
                if (PackedA == null) GemmPacking.Pack(ref A, row, rows, k0, depth, Height, packedA, buffer);
                for (int j = 0; j < columns; j += width)
                {
                    float* panelB = packedB + (nint)(j / width) * depth * width;
                    for (int i = 0; i < rows; i += Height)
                    {
                        float* panelA = PackedA == null
                            ? packedA + (nint)(i / Height) * depth * Height
                            : PackedA + (nint)(row + i) * K + (nint)k0 * Height;
                        Tile(depth, panelA, panelB, row + i, column + j, Math.Min(Height, rows - i), Math.Min(width, columns - j), add, rectify, edge);
                    }
                }
            }
        }

        private readonly void Tile(int depth, float* a, float* b, int row, int column, int rows, int columns, bool add, bool rectify, float* edge)
        {
            int width = GemmTiles.Columns;
            var tile = GemmTiles.Get(Height);
            if (rows == Height && columns == width && Result.RunFrom(column) >= width)
            {
                float* whole = Result.At(row, column);
                tile(depth, a, b, whole, Result.RowStride, add);
                for (int i = 0; rectify && i < rows; i++) LineCopy.Rectify(whole + i * Result.RowStride, columns);
                return;
            }
            tile(depth, a, b, edge, width, false);
            for (int j = 0; j < columns;)
            {
                int run = Math.Min(columns - j, Result.RunFrom(column + j));
                float* target = Result.At(row, column + j);
                for (int i = 0; i < rows; i++, target += Result.RowStride)
                {
                    float* source = edge + i * width + j;
                    for (int x = 0; x < run; x++) target[x] = add ? target[x] + source[x] : source[x];
                    if (rectify) LineCopy.Rectify(target, run);
                }
                j += run;
            }
        }

        private readonly void SetBias(int row, int rows, int column, int columns)
        {
            for (int i = row; i < row + rows; i++)
            {
                for (int j = column; j < column + columns;)
                {
                    int run = Math.Min(column + columns - j, Result.RunFrom(j));
                    float* target = Result.At(i, j);
                    for (int x = 0; x < run; x++)
                    {
                        float value = Bias.At(i, j + x);
                        target[x] = Accumulate ? target[x] + value : value;
                    }
                    j += run;
                }
            }
        }
    }
}
