using JaccardKernels.Problems;

namespace JaccardKernels.Engine.Gpu;

/// <summary>Two tiny computations with known results, so that a broken driver is found before it spoils a run.</summary>
internal static class SelfTest
{
    /// <summary>Multiplies small integers and counts bits.</summary>
    /// <exception cref="InvalidOperationException">A result is wrong.</exception>
    public static void Run(IBackend backend)
    {
        Product(backend);
        PopulationCount(backend);
    }

    // [1 2 3; 4 5 6] [1 0; 0 1; 1 1] = [4 5; 10 11]
    private static void Product(IBackend backend)
    {
        using DeviceBuffer a = backend.Allocate<float>(6), b = backend.Allocate<float>(6), c = backend.Allocate<float>(4);
        backend.Upload<float>([1, 2, 3, 4, 5, 6], a.As<float>());
        backend.Upload<float>([1, 0, 0, 1, 1, 1], b.As<float>());
        backend.Gemm(new GemmProblem(2, 2, 3), a.As<float>(), b.As<float>(), default, c.As<float>());
        Span<float> result = stackalloc float[4];
        backend.Download(c.As<float>(), result);
        Require(backend, "a matrix product", result.SequenceEqual([4, 5, 10, 11]));
    }

    private static void PopulationCount(IBackend backend)
    {
        using DeviceBuffer query = backend.Allocate<ulong>(1), database = backend.Allocate<ulong>(3), distances = backend.Allocate<int>(3);
        backend.Upload<ulong>([ulong.MaxValue], query.As<ulong>());
        backend.Upload<ulong>([0, ulong.MaxValue, 0x8000_0001_0000_0001], database.As<ulong>());
        backend.HammingDistance(new HammingProblem(1, 3, 64), query.As<ulong>(), database.As<ulong>(), distances.As<int>());
        Span<int> result = stackalloc int[3];
        backend.Download(distances.As<int>(), result);
        Require(backend, "a Hamming distance", result.SequenceEqual([64, 0, 61]));
    }

    private static void Require(IBackend backend, string what, bool right)
    {
        if (!right) throw new InvalidOperationException($"{backend.Info.Name} computes {what} wrongly: its driver cannot be trusted.");
    }
}
