using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// Neighbouring floats that a thread handles together: four (<see cref="Float4"/>, one 128-bit access) or one (<see cref="Float1"/>, for tails and
/// for memory that is not aligned to 16 bytes). A kernel written over lanes is both.
/// </summary>
internal interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Floats.</summary>
    static abstract int Count { get; }

    /// <summary>Elements <c>Count i</c> to <c>Count i + Count - 1</c>.</summary>
    static abstract TSelf Load(ArrayView<float> view, int i);

    static abstract void Store(ArrayView<float> view, int i, TSelf value);

    /// <summary>The same value in every lane.</summary>
    static abstract TSelf Splat(float value);

    static abstract TSelf Sqrt(TSelf value);

    /// <summary>A power of positive values.</summary>
    static abstract TSelf Power(TSelf value, float exponent);

    /// <summary>A function of every lane and of the element's number, the lanes being those of number <paramref name="i"/>.</summary>
    static abstract TSelf Map<TFunction>(TFunction function, int i, TSelf x)
        where TFunction : struct, IUnary;

    /// <summary>The same of two values.</summary>
    static abstract TSelf Map<TFunction>(TFunction function, int i, TSelf x, TSelf y)
        where TFunction : struct, IBinary;

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    static abstract TSelf operator +(TSelf a, float b);

    static abstract TSelf operator -(TSelf a, float b);

    static abstract TSelf operator *(TSelf a, float b);
}

/// <summary>A function of an element.</summary>
internal interface IUnary
{
    float Of(int i, float x);
}

/// <summary>A function of two elements of one number.</summary>
internal interface IBinary
{
    float Of(int i, float x, float y);
}
