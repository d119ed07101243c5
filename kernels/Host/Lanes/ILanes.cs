using System.Numerics;

namespace JaccardKernels.Host;

/// <summary>
/// A vector of floating-point lanes of some width, one lane included: a kernel written once over <typeparamref name="TSelf"/> is compiled for
/// every width, and its tail is the same text at width one. Comparisons give masks, which only <see cref="Select"/> and
/// <c>&amp;</c> may read.
/// </summary>
/// <typeparam name="TSelf">The vector itself.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe interface ILanes<TSelf, T>
    where TSelf : struct, ILanes<TSelf, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    /// <summary>Zero in every lane.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>One value in every lane.</summary>
    static abstract TSelf All(T value);

    /// <summary>Reads <see cref="Count"/> elements, of any alignment.</summary>
    static abstract TSelf Load(T* source);

    /// <summary>Reads elements 0, 2, 4, ...; what is read ends with the element behind the last one of these.</summary>
    static abstract TSelf LoadEverySecond(T* source);

    /// <summary>Writes <see cref="Count"/> elements, of any alignment.</summary>
    void Store(T* destination);

    /// <summary>Sum of each lane.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>Difference of each lane.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>Product of each lane.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Quotient of each lane.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>Mask of the lanes where a is less.</summary>
    static abstract TSelf operator <(TSelf a, TSelf b);

    /// <summary>Mask of the lanes where a is greater.</summary>
    static abstract TSelf operator >(TSelf a, TSelf b);

    /// <summary>Mask of the lanes that both masks hold.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>a b + c, with one rounding where the processor has it.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The smaller of each lane, where a is a number; b where b is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The larger of each lane; NaN where either is.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>Absolute value of each lane.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>Square root of each lane.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>Natural exponential of each lane.</summary>
    static abstract TSelf Exp(TSelf a);

    /// <summary>value 2^exponent of each lane, for whole exponents and where value and result are normal numbers; NaN where value is.</summary>
    static abstract TSelf Scale(TSelf value, TSelf exponent);

    /// <summary>Natural logarithm of each lane.</summary>
    static abstract TSelf Log(TSelf a);

    /// <summary>The magnitude of one with the signs of another.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>a where the mask holds, b elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf a, TSelf b);

    /// <summary>A bit for each lane, set where a is less; the first lane is the lowest.</summary>
    static abstract uint Less(TSelf a, TSelf b);

    /// <summary>The sum of all lanes, in a fixed order.</summary>
    static abstract T Sum(TSelf a);
}
