using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace JaccardKernels.Gpu;

/// <summary>What drivers say when a call fails.</summary>
internal static class DriverErrors
{
    // What ILGPU has for an error that it has no name for.
    private const string NoName = "N/A";

    /// <summary>An error in one line, with the driver's name for it.</summary>
    public static string Describe(AcceleratorException error) => error switch
    {
        CLException { Error: not CLError.CL_SUCCESS } cl => $"{cl.Error}",
        CudaException { Error: not NoName } cuda => $"{cuda.Error}, {OneLine(cuda.Message)}",
        _ => OneLine(error.Message),
    };

    /// <summary>The driver does not give what it was asked for, memory above all, and goes on working.</summary>
    public static bool IsRefusal(AcceleratorException error) => error switch
    {
        CLException cl => cl.Error is CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES or CLError.CL_OUT_OF_HOST_MEMORY
            or CLError.CL_INVALID_BUFFER_SIZE,
        CudaException cuda => cuda.Error is nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY) or nameof(CudaError.CUDA_ERROR_NOT_SUPPORTED)
            or nameof(CudaError.CUDA_ERROR_INVALID_VALUE) or nameof(CudaError.CUDA_ERROR_NOT_PERMITTED),
        _ => false,
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
