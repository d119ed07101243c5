namespace JaccardKernels.Engine;

/// <summary>What a backend is, for people and for reports.</summary>
/// <param name="Kind">"host", "cuda", "opencl" or "simulator".</param>
/// <param name="Name">The device's own name.</param>
/// <param name="Detail">Width of SIMD and threads, or compute units, driver and warp size.</param>
/// <param name="MemoryBytes">Memory of the device.</param>
public sealed record BackendInfo(string Kind, string Name, string Detail, long MemoryBytes);
