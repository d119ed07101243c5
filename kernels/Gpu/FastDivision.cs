using System.Numerics;

namespace JaccardKernels.Gpu;

/// <summary>
/// Division of numbers from 0 to 2^31 - 1 by a divisor that is known at launch, as a multiplication and a shift: with s = ceil(log2 d) and
/// m = ceil(2^(31+s) / d), <c>n / d = n m >> (31 + s)</c> (Granlund, Montgomery 1994, for 31 bits: m fits 32 bits and n m fits 63).
/// A GPU has no integer division; the compiler's takes some twenty instructions.
/// </summary>
internal readonly struct FastDivision
{
    public readonly int Divisor;
    private readonly uint _multiplier;
    private readonly int _shift;

    public FastDivision(int divisor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(divisor);
        Divisor = divisor;
        _shift = 31 + BitOperations.Log2((uint)divisor) + (BitOperations.IsPow2(divisor) ? 0 : 1);
        _multiplier = (uint)(((1UL << _shift) + (ulong)divisor - 1) / (ulong)divisor);
    }

    public int Divide(int n) => (int)(((ulong)(uint)n * _multiplier) >> _shift);

    public int Remainder(int n) => n - Divide(n) * Divisor;
}
