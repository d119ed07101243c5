namespace JaccardKernels.Gpu;

/// <summary>A type argument of a kernel, such as a tile, that decides how many threads its groups have.</summary>
internal interface IGroup
{
    /// <summary>Threads of a group.</summary>
    static abstract int GroupSize { get; }
}
