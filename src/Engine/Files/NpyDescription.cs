namespace JaccardKernels.Engine;

/// <summary>What the header of a .npy file says of its array, which may be larger than memory.</summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="Shape">Extents, outermost first, 0 or more each; empty for a scalar.</param>
/// <param name="Bytes">Bytes of all elements.</param>
public readonly record struct NpyDescription(ElementType Type, IReadOnlyList<long> Shape, long Bytes)
{
    /// <summary>The shape as text, <c>[128,64]</c>.</summary>
    public string ShapeText => $"[{string.Join(',', Shape)}]";
}
