namespace JaccardKernels.Fuzz;

/// <summary>Makes the input of an iteration of a target: a sound input, or one of the corpus, with some mutations; a function of seed and iteration alone.</summary>
internal sealed class Mutator(FuzzTarget target, IReadOnlyList<byte[]> corpus, int seed)
{
    // What is larger is not more interesting, only slower.
    private readonly int _most = Math.Max(1 << 16, 2 * target.Seeds.Concat(corpus).Max(bytes => bytes.Length));

    /// <summary>The input.</summary>
    public byte[] Input(long iteration)
    {
        var random = new FuzzRandom(seed, target.Name, iteration);
        byte[] bytes = Start(random);
        // One mutation half of the time, else up to eight.
        int rounds = random.OneIn(2) ? 1 : 1 + random.Below(8);
        for (int round = 0; round < rounds; round++)
        {
            byte[] mutated = Once(random, bytes);
            if (mutated.Length <= _most) bytes = mutated;
        }
        // Lengths and checksums right again, or nothing behind them would ever be reached; sometimes wrong, for they are read too.
        return target.Reseal is null || random.OneIn(8) ? bytes : target.Reseal(bytes);
    }

    // The corpus is mostly broken at one place, and what a mutation does elsewhere is then not seen.
    private byte[] Start(FuzzRandom random) => random.Of(corpus.Count > 0 && random.OneIn(4) ? corpus : target.Seeds);

    private byte[] Once(FuzzRandom random, byte[] bytes)
    {
        if (target.Structure is not null && random.OneIn(2)) return target.Structure(random, bytes);
        if (target.Text is null || random.OneIn(4)) return ByteMutations.Apply(random, bytes, Start(random));
        (int start, int end) = target.Text(bytes);
        return end <= start
            ? ByteMutations.Apply(random, bytes, Start(random))
            : ByteMutations.Replace(bytes, start, end - start, TextMutations.Apply(random, bytes[start..end], target.Words));
    }
}
