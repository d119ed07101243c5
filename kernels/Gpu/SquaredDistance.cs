using ILGPU;
using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>Squared Euclidean distances <c>[M,N]</c> by differences, through the tile loop of <see cref="TiledProduct"/>. y may be x.</summary>
public sealed class SquaredDistance
{
    private readonly TiledKernel<Operands> _matrix;

    /// <summary>Prepares the operation; it is compiled at its first run.</summary>
    public SquaredDistance(GpuQueue queue) => _matrix = new(queue, Matrix<Tile16>, Matrix<Tile4>);

    /// <summary>Queues distances. Overwrites distances.</summary>
    public void Run(in SquaredDistanceProblem problem, ArrayView<float> x, ArrayView<float> y, ArrayView<float> distances) =>
        _matrix.Launch(problem.M, problem.N, 1, new Operands { X = x, Y = y, Distances = distances, M = problem.M, N = problem.N, D = problem.D });

    [GpuKernel]
    internal static void Matrix<[TypeArguments(typeof(Tile16), typeof(Tile4))] TTile>(Operands o)
        where TTile : struct, ITile =>
        TiledProduct.Run<TTile, float, float, AddSquaredDifference, StoredMatrix<float>, StoredMatrix<float>, StoredResult<float>>(
            new StoredMatrix<float>(o.X, o.D, 1), new StoredMatrix<float>(o.Y, 1, o.D), new StoredResult<float>(o.Distances, o.N), o.M, o.N, o.D, 1);

    internal struct Operands
    {
        public ArrayView<float> X, Y, Distances;
        public int M, N, D;
    }
}
