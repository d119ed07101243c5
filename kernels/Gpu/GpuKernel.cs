using System.Reflection;

namespace JaccardKernels.Gpu;

/// <summary>One kernel: what a compiler needs to know of it.</summary>
/// <param name="Name">Class and method, and the type arguments of a generic kernel: <c>Gemm.Product[Tile16]</c>.</param>
/// <param name="Method">The method; every kernel is explicitly grouped.</param>
/// <param name="GroupSize">Threads of the groups it is launched with on a device without limits of its own.</param>
/// <param name="MinimumArchitecture">The least CUDA architecture that has its instructions, as in sm_75.</param>
/// <param name="TensorCores">It multiplies on tensor cores: see <see cref="GpuKernelAttribute.TensorCores"/>.</param>
public sealed record GpuKernel(string Name, MethodInfo Method, int GroupSize, int MinimumArchitecture, bool TensorCores);
