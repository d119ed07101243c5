using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Operations that are compositions of others on every backend, and conveniences.</summary>
public static class BackendExtensions
{
    /// <summary>y[N,Out] = x W^T + b. Overwrites y.</summary>
    public static void FullyConnectedForward(
        this IBackend backend, in FullyConnectedProblem problem, DeviceSpan<float> x, DeviceSpan<float> w, DeviceSpan<float> bias, DeviceSpan<float> y) =>
        backend.Gemm(problem.Forward, x, w, bias, y);

    /// <summary>dx[N,In] = dy W. Overwrites dx.</summary>
    public static void FullyConnectedBackwardData(
        this IBackend backend, in FullyConnectedProblem problem, DeviceSpan<float> dy, DeviceSpan<float> w, DeviceSpan<float> dx) =>
        backend.Gemm(problem.BackwardData, dy, w, default, dx);

    /// <summary>dW += dy^T x, db += column sums of dy. Accumulates.</summary>
    public static void FullyConnectedBackwardWeights(
        this IBackend backend, in FullyConnectedProblem problem, DeviceSpan<float> x, DeviceSpan<float> dy, DeviceSpan<float> dw, DeviceSpan<float> db)
    {
        backend.Gemm(problem.BackwardWeights, dy, x, default, dw);
        backend.ReduceColumns(problem.BackwardBias, dy, db);
    }

    /// <summary>Allocates memory for <paramref name="length"/> elements.</summary>
    public static unsafe DeviceBuffer Allocate<T>(this IBackend backend, int length)
        where T : unmanaged => backend.Allocate((long)length * sizeof(T));

    /// <summary>Prepares uploads in two steps of at most <paramref name="length"/> elements.</summary>
    public static unsafe StagedUpload StageUpload<T>(this IBackend backend, int length)
        where T : unmanaged => backend.StageUpload((long)length * sizeof(T));

    /// <summary>Prepares downloads in two steps of at most <paramref name="length"/> elements.</summary>
    public static unsafe StagedDownload StageDownload<T>(this IBackend backend, int length)
        where T : unmanaged => backend.StageDownload((long)length * sizeof(T));

    /// <summary>All of a buffer as elements of one type.</summary>
    public static unsafe DeviceSpan<T> As<T>(this DeviceBuffer buffer)
        where T : unmanaged => buffer.Slice<T>(0, checked((int)(buffer.Bytes / sizeof(T))));
}
