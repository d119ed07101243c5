namespace JaccardKernels.Host;

/// <summary>
/// The blocked matrix product that Gemm and the three convolutions share (Goto, van de Geijn 2008): panels of A and B are packed, blocks of them stay
/// in the second-level cache, and a register tile walks over them. Operands come from line sources, so patches of a convolution are gathered straight
/// into a panel and never stand in memory. A task sums a block of the result in memory of its own, where rows are near each other, and writes it out
/// once, with what is added to it; where nothing is, whole tiles store their last sums in the result. Tasks are cut by size alone and every element is
/// summed in one order, so results do not depend on threads.
/// </summary>
internal static unsafe class GemmCore
{
    /// <summary>result[m,n] (+)= A B + bias. <paramref name="prepared"/> is A as <see cref="PackedFilters"/> lays it out, or null.</summary>
    public static void Run<TA, TB>(
        int m, int n, int k, TA a, TB b, BiasView bias, bool accumulate, ResultView result, ThreadTeam team, float* prepared = null)
        where TA : struct, ILineSource
        where TB : struct, ILineSource
    {
        var blocking = new GemmBlocking(m, n, k, b.IsStored);
        long packedA = prepared == null ? blocking.PackedA : 0;
        float* shared = team.SharedPacking.Get<float>(packedA + blocking.PackedB + blocking.Partial);
        var body = new Body<TA, TB>
        {
            A = a, B = b, Blocking = blocking, Team = team, PackedA = packedA > 0 ? shared : prepared,
            PackedB = blocking.PackedB > 0 ? shared + packedA : null,
            Output = new GemmOutput(bias, accumulate, result, n, m, shared + packedA + blocking.PackedB, blocking.Slices),
        };
        if (packedA > 0)
        {
            var packing = new GemmPackingTasks<TA>
            {
                Source = a, Team = team, Count = m, K = k, Width = blocking.Height, Packed = body.PackedA, IsTight = true,
            };
            team.For(packing.Tasks, ref packing);
        }
        if (body.PackedB != null)
        {
            var packing = new GemmPackingTasks<TB> { Source = b, Team = team, Count = n, K = k, Width = GemmTiles.Columns, Packed = body.PackedB };
            team.For(packing.Tasks, ref packing);
        }
        team.For(blocking.Tasks, ref body);
        if (blocking.Slices > 1) team.For(m, ref body.Output);
    }

    private struct Body<TA, TB> : IParallelBody
        where TA : struct, ILineSource
        where TB : struct, ILineSource
    {
        public TA A;
        public TB B;
        public GemmBlocking Blocking;
        public GemmOutput Output;
        public ThreadTeam Team;
        public float* PackedA, PackedB;

        public void Run(int task, int worker)
        {
            GemmBlock block = Blocking.Block(task);
            int width = GemmTiles.Columns, height = Blocking.Height, paddedColumns = GemmBlocking.RoundUp(block.Columns, width);
            int ownA = PackedA == null ? block.Rows * GemmBlocking.DepthBlock : 0, ownB = PackedB == null ? paddedColumns * GemmBlocking.DepthBlock : 0;
            int buffer = Math.Max(Math.Max(width, height) * GemmBlocking.DepthBlock, Math.Max(block.Rows, paddedColumns));
            float* sums = Team.Packing(worker).Get<float>((long)block.Rows * paddedColumns + ownA + ownB + buffer);
            float* packedA = sums + (nint)block.Rows * paddedColumns, packedB = packedA + ownA, line = packedB + ownB;
            var wholeTile = GemmTiles.Get(height);
            var lastTile = GemmTiles.Get(block.Rows % height);
            // Pixels that no tap reaches are sums of nothing.
            if (block.Start == block.End) new Span<float>(sums, block.Rows * paddedColumns).Clear();
            // Whole columns of tiles go from the registers to the result; those right of them go by their sums.
            int direct = block.Columns / width * width;
            float* result = Output.Plain(block, direct);
            if (result == null || block.Start == block.End) direct = 0;
            for (int k0 = block.Start; k0 < block.End; k0 += GemmBlocking.DepthBlock)
            {
                int depth = Math.Min(GemmBlocking.DepthBlock, block.End - k0);
                float* panelsA = packedA, panelsB = packedB;
                if (PackedA != null) panelsA = PackedA + (nint)Blocking.M * k0 + (nint)block.Row * depth;
                else GemmPacking.Pack(ref A, block.Row, block.Rows, k0, depth, height, packedA, line, isTight: true);
                if (PackedB != null) panelsB = PackedB + (nint)Blocking.PaddedN * k0 + (nint)block.Column * depth;
                else GemmPacking.Pack(ref B, block.Column, block.Columns, k0, depth, width, packedB, line);
                for (int j = 0; j < block.Columns; j += width)
                {
                    for (int i = 0; i < block.Rows; i += height)
                    {
                        float* sum = sums + (nint)i * paddedColumns + j;
                        bool isLast = block.End - k0 == depth, isDirect = isLast && j < direct;
                        if (isLast) Output.Prefetch(block.Row + i, Math.Min(height, block.Rows - i), block.Column + j);
                        float* a = panelsA + (nint)i * depth, b = panelsB + (nint)j * depth, ahead = a;
                        // The panel of B right of this one, its halves in turn; after the last one, these rows of A in the next block of k.
                        if (j + width < block.Columns) ahead = b + width * depth + i / height % 2 * (width * depth / 2);
                        else if (PackedA != null && k0 + depth < block.End) ahead = a + (nint)Blocking.M * depth;
                        float* added = k0 > block.Start ? sum : null, target = isDirect ? result + i * Output.RowStride + j : sum;
                        nint stride = isDirect ? Output.RowStride : paddedColumns;
                        var tile = i + height <= block.Rows ? wholeTile : lastTile;
                        tile(depth, a, b, added, paddedColumns, target, stride, ahead);
                    }
                }
            }
            if (direct < block.Columns)
                Output.Write(block with { Column = block.Column + direct, Columns = block.Columns - direct }, sums + direct, paddedColumns);
        }
    }
}
