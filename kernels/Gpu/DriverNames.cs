namespace JaccardKernels.Gpu;

/// <summary>
/// Names under which this assembly imports from drivers. They are no file names: whoever opens a device resolves them to the library that it found.
/// </summary>
public static class DriverNames
{
    /// <summary>The CUDA driver.</summary>
    public const string Cuda = "driver:cuda";

    /// <summary>The OpenCL loader.</summary>
    public const string OpenCl = "driver:opencl";
}
