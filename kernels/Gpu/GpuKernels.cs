using System.Reflection;

namespace JaccardKernels.Gpu;

/// <summary>One kernel: what a compiler needs to know of it.</summary>
/// <param name="Name">
/// Class and method, and the type argument of a generic kernel: <c>Gemm.Product[Tile16]</c>. Of an elementwise operation, which is the type argument
/// of a kernel that all of them share, the operation's own name: <c>Relu.Forward</c>.
/// </param>
/// <param name="Method">The method; every kernel is explicitly grouped.</param>
public sealed record GpuKernel(string Name, MethodInfo Method);

/// <summary>All kernels of this assembly, for tests that compile each of them and for listings.</summary>
public static class GpuKernels
{
    /// <summary>
    /// Every method marked with <see cref="GpuKernelAttribute"/>, in order of name; generic ones once for each type they can be of.
    /// </summary>
    public static IReadOnlyList<GpuKernel> All { get; } =
        [.. typeof(GpuKernels).Assembly.GetTypes().SelectMany(KernelsOf).OrderBy(kernel => kernel.Name, StringComparer.Ordinal)];

    /// <summary>The name of a kernel, as in <see cref="GpuKernel"/>.</summary>
    internal static string NameOf(MethodInfo method)
    {
        string own = $"{method.DeclaringType!.Name}.{method.Name}";
        if (!method.IsGenericMethod) return own;
        Type argument = method.GetGenericArguments()[0];
        return argument.IsAssignableTo(typeof(IElementwise)) ? $"{argument.DeclaringType!.Name}.{argument.Name}" : $"{own}[{argument.Name}]";
    }

    private static IEnumerable<GpuKernel> KernelsOf(Type type) =>
        type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(method => method.IsDefined(typeof(GpuKernelAttribute)))
            .SelectMany(method => method.IsGenericMethodDefinition ? Arguments(method).Select(type => method.MakeGenericMethod(type)) : [method])
            .Select(method => new GpuKernel(NameOf(method), method));

    // Tiles, lanes or elementwise operations: the structs that implement what the kernel asks of its type argument.
    private static IEnumerable<Type> Arguments(MethodInfo kernel)
    {
        Type wanted = kernel.GetGenericArguments()[0].GetGenericParameterConstraints().Single(constraint => constraint.IsInterface);
        return typeof(GpuKernels).Assembly.GetTypes().Where(type => type.IsValueType && type.GetInterfaces().Any(one => one.Name == wanted.Name));
    }
}
