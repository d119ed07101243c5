namespace JaccardKernels.Gpu;

/// <summary>
/// Marks a type parameter of a generic kernel with the types it is compiled for: <c>Product&lt;[TypeArguments(typeof(Tile16), typeof(Tile4))]
/// TTile&gt;</c>. A kernel of several such parameters is compiled for all combinations that <see cref="GpuKernelAttribute.Combinations"/> leaves.
/// </summary>
/// <param name="types">The types, at least one.</param>
[AttributeUsage(AttributeTargets.GenericParameter)]
public sealed class TypeArgumentsAttribute(params Type[] types) : Attribute
{
    /// <summary>The types.</summary>
    public IReadOnlyList<Type> Types { get; } = types;
}
