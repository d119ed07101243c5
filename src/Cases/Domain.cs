using System.Globalization;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>The values an operand takes: how a case draws them, and which of a user's values an operation may be given.</summary>
public abstract class Domain
{
    /// <summary>Standard normal; integers from -4 to 4 in integer mode, at least 0.1 away from zero in smooth mode.</summary>
    internal static readonly Domain Normal = new RealDomain("any", draw => draw.Mode switch
    {
        FillMode.Integers => draw.Below(9) - 4,
        FillMode.Smooth => draw.Normal() is var z && z < 0 ? z - 0.1 : z + 0.1,
        _ => draw.Normal(),
    });

    /// <summary>Normal around 2 with deviation 1: a mean that a variance computed as E[x^2] - E[x]^2 has to survive.</summary>
    internal static readonly Domain NormalAroundTwo = new RealDomain("any", draw => 2 + draw.Normal());

    /// <summary>Between 0.5 and 1.5: variances, deviations and their like.</summary>
    internal static readonly Domain Positive = new RealDomain("positive", draw => 0.5 + draw.Uniform());

    /// <summary>Normal of deviation 3, which reaches into the flat parts of tanh, with small values among them.</summary>
    internal static readonly Domain Saturating = new RealDomain("any", draw => draw.Normal() * (draw.Below(4, lane: 2) == 0 ? 0.01 : 3));

    /// <summary>Logits around 100 with deviation 3: their exponentials overflow fp32 (from 88.7 on) unless the largest is taken out first.</summary>
    internal static readonly Domain Logits = new RealDomain("any", draw => 100 + 3 * draw.Normal());

    /// <summary>The output of tanh, in (-1, 1).</summary>
    internal static readonly Domain Tanh = new RealDomain("-1 to 1", draw => 2 * draw.Uniform() - 1);

    /// <summary>
    /// Embeddings in [-1, 1] on a grid of 1/64: squared distances up to 4 x 256 dimensions are exact in fp32 however they are computed, so that
    /// every hinge falls on the same side as in the reference. Off the grid in smooth mode.
    /// </summary>
    internal static readonly Domain Embeddings =
        new RealDomain("any", draw => draw.Mode == FillMode.Smooth ? 2 * draw.Uniform() - 1 : (draw.Below(129) - 64) / 64.0);

    /// <summary>Entries of look-up tables in [-4, 4] on a grid of 1/64: their sums are exact in fp32, with ties among them.</summary>
    internal static readonly Domain TableEntries = new RealDomain("any", draw => (draw.Below(513) - 256) / 64.0);

    /// <summary>Similarities in [0, 1], multiples of 1/8: their differences never lie near a threshold such as 0.1.</summary>
    internal static readonly Domain Similarity = new RealDomain("0 to 1", draw => draw.Below(9) / 8.0);

    /// <summary>-1 and 1: binary targets.</summary>
    internal static readonly Domain Signs = new RealDomain("-1 or 1", draw => 2 * draw.Below(2) - 1);

    private protected Domain(ElementType type, string description) => (Type, Description) = (type, description);

    /// <summary>The type of the elements.</summary>
    public ElementType Type { get; }

    /// <summary>Which values are allowed, for people.</summary>
    public string Description { get; }

    /// <summary>Normal, with +0, -0 and, where it is finite, the ceiling among them.</summary>
    internal static Domain NormalWithBounds(double ceiling) => new RealDomain("any", draw => draw.Below(8, lane: 2) switch
    {
        0 => 0.0,
        1 => -0.0,
        2 when double.IsFinite(ceiling) => ceiling,
        _ => draw.Normal(),
    });

    /// <summary>Similarities of <paramref name="rows"/> rows with each other, multiples of 1/8 in [0, 1].</summary>
    internal static Domain SymmetricSimilarity(int rows) => new RealDomain("0 to 1, symmetric", draw =>
    {
        long row = draw.Index / rows, column = draw.Index % rows;
        return draw.At(Math.Min(row, column) * rows + Math.Max(row, column)).Below(9) / 8.0;
    });

    /// <summary>Margins, multiples of 1/8 up to <paramref name="largest"/>.</summary>
    internal static Domain Margins(int largest) => new RealDomain("any", draw => draw.Below(8 * largest + 1) / 8.0);

    /// <summary>Integers from 0 to <paramref name="count"/> - 1: labels, positions.</summary>
    internal static Domain Below(int count) => new IntegerDomain(count - 1, draw => draw.Below(count));

    /// <summary>Bytes from 0 to <paramref name="count"/> - 1: numbers of codewords.</summary>
    internal static Domain BytesBelow(int count) => new ByteDomain(count - 1, draw => (byte)draw.Below(count));

    /// <summary>Rows of three numbers of <paramref name="count"/> rows, distinct where there are enough.</summary>
    internal static Domain Triplets(int count) => new IntegerDomain(count - 1, draw =>
    {
        int anchor = draw.At(draw.Index / 3).Below(count);
        // Steps of 1 to half and of half to all but one from the anchor never meet it, nor each other.
        int half = Math.Max(count / 2, 1), step = draw.At(draw.Index / 3).Below(Math.Max(half - 1, 1), lane: 1) + 1;
        return (anchor + (draw.Index % 3) switch { 0 => 0, 1 => step, _ => Math.Min(step + half, Math.Max(count - 1, 0)) }) % count;
    });

    /// <summary>Label counts of <paramref name="classes"/> classes: most are zero, every eighth row is empty.</summary>
    internal static Domain Counts(int classes) => new IntegerDomain(1 << 20, draw =>
    {
        bool empty = draw.At(draw.Index / classes).Below(8, lane: 1) == 0;
        int odds = Math.Clamp(classes / 3, 2, 8);
        return empty || draw.Below(odds) != 0 ? 0 : 1 + draw.Below(9, lane: 2) * draw.Below(2, lane: 3);
    });

    /// <summary>Bit sets and codes of <paramref name="bits"/> bits; each bit is set once in <paramref name="odds"/> times.</summary>
    internal static Domain Bits(int bits, int odds = 2) => new WordDomain(bits, draw =>
    {
        int words = SimilarityProblem.WordsOf(bits), first = (int)(draw.Index % words) * 64;
        ulong word = 0;
        for (int b = 0; b < Math.Min(64, bits - first); b++)
        {
            if (draw.Below(odds, lane: b) == 0) word |= 1UL << b;
        }
        return word;
    });

    /// <summary>Real values of any other kind.</summary>
    internal static Domain Real(Func<Draw, double> value) => new RealDomain("any", value);

    /// <summary>Integers of any other kind, from 0 to <paramref name="maximum"/>.</summary>
    internal static Domain Integers(int maximum, Func<Draw, int> value) => new IntegerDomain(maximum, value);

    /// <summary>Draws all elements; reals are rounded to float, so that device and reference start from the same numbers.</summary>
    internal abstract void Fill(ulong key, FillMode mode, Array destination);

    /// <summary>Refuses values that the operation is not defined for.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names operand, position, value and range.</exception>
    internal abstract void Check(string operand, Array values);

    private sealed class RealDomain(string description, Func<Draw, double> value) : Domain(ElementType.Float32, description)
    {
        internal override void Fill(ulong key, FillMode mode, Array destination)
        {
            var values = (double[])destination;
            for (int i = 0; i < values.Length; i++) values[i] = (float)value(new Draw(key, i, mode));
        }

        internal override void Check(string operand, Array values)
        {
        }
    }

    private sealed class IntegerDomain(int maximum, Func<Draw, int> value) : Domain(ElementType.Int32, $"0 to {maximum}")
    {
        internal override void Fill(ulong key, FillMode mode, Array destination)
        {
            var values = (int[])destination;
            for (int i = 0; i < values.Length; i++) values[i] = value(new Draw(key, i, mode));
        }

        internal override void Check(string operand, Array values)
        {
            ReadOnlySpan<int> all = (int[])values;
            int at = all.IndexOfAnyExceptInRange(0, maximum);
            if (at >= 0) throw new ArgumentException($"{operand}[{at}] is {all[at]}; the range is {Description}.", operand);
        }
    }

    private sealed class ByteDomain(int maximum, Func<Draw, byte> value) : Domain(ElementType.UInt8, $"0 to {maximum}")
    {
        internal override void Fill(ulong key, FillMode mode, Array destination)
        {
            var values = (byte[])destination;
            for (int i = 0; i < values.Length; i++) values[i] = value(new Draw(key, i, mode));
        }

        internal override void Check(string operand, Array values)
        {
            ReadOnlySpan<byte> all = (byte[])values;
            int at = all.IndexOfAnyExceptInRange((byte)0, (byte)maximum);
            if (at >= 0) throw new ArgumentException($"{operand}[{at}] is {all[at]}; the range is {Description}.", operand);
        }
    }

    private sealed class WordDomain(int bits, Func<Draw, ulong> value) : Domain(ElementType.UInt64, $"bits from {bits} on are 0")
    {
        internal override void Fill(ulong key, FillMode mode, Array destination)
        {
            var values = (ulong[])destination;
            for (int i = 0; i < values.Length; i++) values[i] = value(new Draw(key, i, mode));
        }

        internal override void Check(string operand, Array values)
        {
            var all = (ulong[])values;
            int words = SimilarityProblem.WordsOf(bits);
            if (bits % 64 == 0) return;
            for (int i = words - 1; i < all.Length; i += words)
            {
                if (all[i] >> (bits % 64) == 0) continue;
                string word = all[i].ToString("x16", CultureInfo.InvariantCulture);
                throw new ArgumentException($"{operand}[{i}] is 0x{word}; in the last word of {bits} bits, {Description}.", operand);
            }
        }
    }
}
