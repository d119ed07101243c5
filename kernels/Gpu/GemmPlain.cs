using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>The first rungs of the matrix product: what the others must equal.</summary>
internal static class GemmPlain
{
    /// <summary>A thread an element of C.</summary>
    [GpuKernel]
    internal static void Product(GemmOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.M * o.N)) return;
        int row = i / o.N, column = i % o.N;
        float sum = 0f;
        for (int k = 0; k < o.K; k++) sum += o.LoadA(row, k) * o.LoadB(k, column);
        o.Store(row, column, sum);
    }

    /// <summary>Square tiles of A and B in shared memory: each element is read from memory once a tile, not once a result.</summary>
    [GpuKernel]
    internal static void Shared<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(GemmOperands o)
        where TTile : struct, ITile
    {
        ArrayView<float> tileA = SharedMemory.Allocate<float>(TTile.Side * TTile.Side), tileB = SharedMemory.Allocate<float>(TTile.Side * TTile.Side);
        int tileColumns = Blocks.Covering(o.N, TTile.Side), x = Group.IdxX % TTile.Side, y = Group.IdxX / TTile.Side;
        int row = Grid.IdxX / tileColumns * TTile.Side + y, column = Grid.IdxX % tileColumns * TTile.Side + x;
        float sum = 0f;
        for (int k = 0; k < o.K; k += TTile.Side)
        {
            tileA[Group.IdxX] = row < o.M && k + x < o.K ? o.LoadA(row, k + x) : 0f;
            tileB[Group.IdxX] = column < o.N && k + y < o.K ? o.LoadB(k + y, column) : 0f;
            Group.Barrier();
            for (int step = 0; step < TTile.Side; step++) sum += tileA[y * TTile.Side + step] * tileB[step * TTile.Side + x];
            Group.Barrier();
        }
        if (row < o.M && column < o.N) o.Store(row, column, sum);
    }
}
