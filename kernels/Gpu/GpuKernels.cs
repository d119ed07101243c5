using System.Reflection;

namespace JaccardKernels.Gpu;

/// <summary>One kernel: what a compiler needs to know of it.</summary>
/// <param name="Name">Class and method, and the tile of a generic kernel: <c>Gemm.Product[Tile16]</c>.</param>
/// <param name="Method">The method; every kernel is explicitly grouped.</param>
public sealed record GpuKernel(string Name, MethodInfo Method);

/// <summary>All kernels of this assembly, for tests that compile each of them and for listings.</summary>
public static class GpuKernels
{
    private static readonly Type[] Tiles = [typeof(Tile16), typeof(Tile4)];

    /// <summary>Every method marked with <see cref="GpuKernelAttribute"/>, in order of name; generic ones once per tile.</summary>
    public static IReadOnlyList<GpuKernel> All { get; } =
        [.. typeof(GpuKernels).Assembly.GetTypes().SelectMany(KernelsOf).OrderBy(kernel => kernel.Name, StringComparer.Ordinal)];

    /// <summary>The name of a kernel, as in <see cref="GpuKernel"/>.</summary>
    internal static string NameOf(MethodInfo method) =>
        $"{method.DeclaringType!.Name}.{method.Name}" + (method.IsGenericMethod ? $"[{method.GetGenericArguments()[0].Name}]" : "");

    private static IEnumerable<GpuKernel> KernelsOf(Type type) =>
        type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(method => method.IsDefined(typeof(GpuKernelAttribute)))
            .SelectMany(method => method.IsGenericMethodDefinition ? Tiles.Select(tile => method.MakeGenericMethod(tile)) : [method])
            .Select(method => new GpuKernel(NameOf(method), method));
}
