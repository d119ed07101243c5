namespace JaccardKernels.Gpu;

/// <summary>Marks a static method that runs on the device, explicitly grouped, with one structure of operands as its parameter.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GpuKernelAttribute : Attribute;
