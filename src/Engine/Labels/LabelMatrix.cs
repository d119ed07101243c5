using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>Labels of N images over C classes, as counts int32 <c>[N,C]</c> and as bit sets uint64 <c>[N, ceil(C/64)]</c>. Immutable.</summary>
public sealed class LabelMatrix
{
    /// <summary>The largest sum of a row: up to it, sums of minima and maxima are exact in a float (2^24).</summary>
    public const int LargestRowSum = 1 << 24;

    private readonly int[] _counts;
    private readonly ulong[] _bits;

    /// <summary>Takes over counts <c>[N,C]</c>, after checking each of them.</summary>
    /// <param name="counts">Kept, not copied.</param>
    /// <param name="classes">C.</param>
    /// <param name="name">What messages call the labels.</param>
    /// <exception cref="ArgumentException">The counts are not rows of C.</exception>
    /// <exception cref="InvalidDataException">A count is negative, or a row's sum exceeds <see cref="LargestRowSum"/>.</exception>
    public LabelMatrix(int[] counts, int classes, string name = "labels")
    {
        Classes = Guard.Positive(classes);
        Count = counts.Length / classes;
        Guard.Length(counts.Length, Count * classes);
        for (int row = 0; row < Count; row++)
        {
            long sum = 0;
            for (int c = 0; c < classes; c++)
            {
                int count = counts[row * classes + c];
                if (count < 0) throw new InvalidDataException($"{name}: the count of row {row}, class {c} is {count}; the least is 0.");
                sum += count;
            }
            if (sum > LargestRowSum)
                throw new InvalidDataException($"{name}: the counts of row {row} sum to {sum}; the limit is {LargestRowSum}.");
        }
        _counts = counts;
        _bits = LabelBits.Pack(counts, classes);
    }

    /// <summary>Images, N.</summary>
    public int Count { get; }

    /// <summary>Classes, C.</summary>
    public int Classes { get; }

    /// <summary>Words a row of bits.</summary>
    public int Words => SimilarityProblem.WordsOf(Classes);

    /// <summary>Counts <c>[N,C]</c>.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>Bit sets <c>[N,Words]</c>.</summary>
    public ReadOnlySpan<ulong> Bits => _bits;

    /// <summary>The counts of one image, <c>[C]</c>.</summary>
    public ReadOnlySpan<int> Row(int index) => _counts.AsSpan(index * Classes, Classes);

    /// <summary>Reads labels from a matrix of integers or booleans.</summary>
    /// <exception cref="InvalidDataException">The array is not a matrix of non-negative integers with at least one column.</exception>
    public static LabelMatrix From(StoredArray array)
    {
        (_, int classes) = array.RequireMatrix();
        if (classes == 0) throw new InvalidDataException($"{array.Name}: the shape is {array.ShapeText}; one class or more is needed.");
        return new LabelMatrix(array.ToInt32(), classes, array.Name);
    }
}
