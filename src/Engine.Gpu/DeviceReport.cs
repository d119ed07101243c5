namespace JaccardKernels.Engine.Gpu;

/// <summary>A device that was looked at, usable or not.</summary>
/// <param name="Kind">"cuda" or "opencl".</param>
/// <param name="Index">Its number among the devices of its kind, as in <c>opencl:1</c>.</param>
/// <param name="Name">Its own name; "-" where no device is to be seen at all.</param>
/// <param name="Memory">Its memory in bytes.</param>
/// <param name="Detail">Architecture, units, driver or platform.</param>
/// <param name="IsGpu">It is a GPU or another accelerator, not a CPU that speaks OpenCL: worth choosing unasked.</param>
/// <param name="WhyNot">Why it cannot be used, in one line; null if it can.</param>
public sealed record DeviceReport(string Kind, int Index, string Name, long Memory, string Detail, bool IsGpu, string? WhyNot)
{
    /// <summary>It can be opened.</summary>
    public bool Usable => WhyNot is null;

    /// <summary>What <see cref="GpuDevices.Open(string)"/> takes.</summary>
    public string Specification => $"{Kind}:{Index}";
}
