using System.Reflection;

namespace JaccardKernels.Gpu;

/// <summary>All kernels of this assembly, for tests that compile each of them and for listings.</summary>
public static class GpuKernels
{
    private const BindingFlags Methods = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>
    /// Every method marked with <see cref="GpuKernelAttribute"/>, in order of name; generic ones once for each combination of the types that
    /// <see cref="TypeArgumentsAttribute"/> lists.
    /// </summary>
    public static IReadOnlyList<GpuKernel> All { get; } =
        [.. typeof(GpuKernels).Assembly.GetTypes().SelectMany(Of).OrderBy(kernel => kernel.Name, StringComparer.Ordinal)];

    /// <summary>The kernels of one class.</summary>
    internal static IEnumerable<GpuKernel> Of(Type type) =>
        from method in type.GetMethods(Methods)
        let attribute = method.GetCustomAttribute<GpuKernelAttribute>()
        where attribute is not null
        from closed in method.IsGenericMethodDefinition ? Close(method, attribute) : [method]
        select new GpuKernel(NameOf(closed), closed, GroupSizeOf(closed, attribute), attribute.MinimumArchitecture, attribute.TensorCores);

    /// <summary>The name of a kernel, as in <see cref="GpuKernel"/>.</summary>
    internal static string NameOf(MethodInfo method) =>
        $"{method.DeclaringType!.Name}.{method.Name}" + (method.IsGenericMethod ? $"[{NamesOf(method.GetGenericArguments())}]" : "");

    private static string NamesOf(Type[] types) => string.Join(',', types.Select(NameOf));

    private static string NameOf(Type type) =>
        type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{NamesOf(type.GetGenericArguments())}>" : type.Name;

    private static IEnumerable<MethodInfo> Close(MethodInfo method, GpuKernelAttribute attribute)
    {
        IEnumerable<Type[]> combinations = [[]];
        foreach (Type parameter in method.GetGenericArguments())
        {
            IReadOnlyList<Type> types = parameter.GetCustomAttribute<TypeArgumentsAttribute>()?.Types
                ?? throw new InvalidOperationException($"kernel {NameOf(method)}: [TypeArguments] is missing at {parameter.Name}.");
            combinations = combinations.SelectMany(_ => types, (before, type) => (Type[])[.. before, type]);
        }
        return combinations.Where(UsedBy(method, attribute)).Select(arguments => method.MakeGenericMethod(arguments));
    }

    private static Func<Type[], bool> UsedBy(MethodInfo method, GpuKernelAttribute attribute) =>
        attribute.Combinations is null
            ? _ => true
            : method.DeclaringType!.GetMethod(attribute.Combinations, Methods, [typeof(Type[])])?.CreateDelegate<Func<Type[], bool>>()
                ?? throw new InvalidOperationException($"kernel {NameOf(method)}: there is no static bool {attribute.Combinations}(Type[]).");

    private static int GroupSizeOf(MethodInfo method, GpuKernelAttribute attribute) =>
        (method.IsGenericMethod ? method.GetGenericArguments() : []).FirstOrDefault(type => type.IsAssignableTo(typeof(IGroup))) is { } group
            ? (int)typeof(GpuKernels).GetMethod(nameof(GroupSizeOfType), Methods)!.MakeGenericMethod(group).Invoke(null, null)!
            : attribute.GroupSize;

    private static int GroupSizeOfType<TGroup>()
        where TGroup : IGroup =>
        TGroup.GroupSize;
}
