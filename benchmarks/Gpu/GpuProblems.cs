using JaccardKernels.Cases;
using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Benchmarks;

/// <summary>What is timed on a GPU beyond the benchmark problems of the cases, which a processor finishes too.</summary>
internal static class GpuProblems
{
    /// <summary>The product by which the ladder is judged.</summary>
    public const string LargeProduct = "m4096n4096k4096";

    // Layers of AlexNet, VGG-16 and ResNet-18 at batches that fill a large GPU.
    private static readonly string[] s_layers =
    [
        "mb32ic3ih224oc64kh11sh4ph2", "mb32ic64ih27oc192kh5ph2", "mb32ic192ih13oc384kh3ph1",
        "mb16ic128ih112oc128kh3ph1", "mb32ic256ih56oc256kh3ph1", "mb32ic512ih28oc512kh3ph1",
        "mb32ic64ih56oc64kh3ph1", "mb32ic128ih28oc128kh3ph1", "mb32ic256ih14oc256kh3ph1", "mb32ic512ih7oc512kh3ph1",
    ];

    // 128 MiB an operand: more than any cache, and still checked in seconds.
    private static readonly string[] s_streams = ["n33554432"];

    private static readonly Dictionary<string, string[]> s_more = new()
    {
        ["Gemm"] = [LargeProduct],
        ["ConvolutionForward"] = s_layers, ["ConvolutionBackwardData"] = s_layers, ["ConvolutionBackwardWeights"] = s_layers,
        ["Fill"] = s_streams, ["Copy"] = s_streams, ["Add"] = s_streams, ["ReluForward"] = s_streams, ["ReluBackward"] = s_streams,
        ["TanhForward"] = s_streams, ["TanhBackward"] = s_streams,
    };

    /// <summary>The problems that only a GPU is given.</summary>
    public static IReadOnlyList<string> MoreOf(OperationCase operation) => s_more.GetValueOrDefault(operation.Name, []);

    /// <summary>A GPU or another accelerator, not a processor that speaks OpenCL.</summary>
    public static bool IsGpu(GpuBackend backend) =>
        !backend.Queue.RunsOnCpu && backend.Queue.Accelerator is not ILGPU.Runtime.CPU.CPUAccelerator;
}
