using System.Numerics;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// Binary targets of classes for <see cref="LossKind.OrthogonalTargets"/>, decided by the number of classes, the dimensions and a seed.
/// </summary>
internal static class OrthogonalTargets
{
    /// <summary>
    /// [C,D] of -1 and 1. Rows of Sylvester's Hadamard matrix in a random order where there are enough, orthogonal and half of each sign (the first
    /// row of the matrix, all ones, is left out); else, where D is no power of two or C is D or more, independent fair bits, which are nearly so.
    /// </summary>
    public static float[] Create(int classes, int dimensions, int seed)
    {
        var targets = new float[Guard.Elements("targets", classes, dimensions)];
        ulong key = CounterRandom.Key(seed, 6);
        bool isHadamard = BitOperations.IsPow2(dimensions) && classes < dimensions;
        var rows = new int[dimensions - 1];
        Permutation.Fill(rows, key);
        for (int i = 0; i < targets.Length; i++)
        {
            bool isNegative = isHadamard
                ? (BitOperations.PopCount((uint)((rows[i / dimensions] + 1) & (i % dimensions))) & 1) != 0
                : CounterRandom.Bits(key, i) >> 31 != 0;
            targets[i] = isNegative ? -1f : 1f;
        }
        return targets;
    }
}
