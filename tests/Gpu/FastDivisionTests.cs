using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.Gpu;

public class FastDivisionTests
{
    // Around every power of two and around every multiple of the divisor near the ends of the range, where a multiplier too small or too large shows.
    [Test]
    public void DividesAsTheProcessorDoes()
    {
        var random = new Random(7);
        IEnumerable<int> powers = Enumerable.Range(0, 31).Select(bit => 1 << bit);
        int[] divisors =
        [
            .. powers.SelectMany(power => new[] { power - 1, power, power + 1 }).Where(d => d > 0), 49, 3136, 641, 6700417, int.MaxValue,
            .. Enumerable.Range(0, 200).Select(_ => random.Next(1, 1 << random.Next(1, 31))),
        ];
        foreach (int divisor in divisors)
        {
            var division = new FastDivision(divisor);
            long last = int.MaxValue / divisor * (long)divisor;
            IEnumerable<long> numbers =
            [
                0, 1, divisor - 1L, divisor, divisor + 1L, 2L * divisor - 1, last - 1, last, last + 1, int.MaxValue - 1, int.MaxValue,
                .. powers.Select(power => (long)power), .. Enumerable.Range(0, 200).Select(_ => random.NextInt64(1L << 31)),
            ];
            foreach (int n in numbers.Where(n => n is >= 0 and <= int.MaxValue).Select(n => (int)n))
            {
                Assert.That(division.Divide(n), Is.EqualTo(n / divisor), $"{n} / {divisor}");
                Assert.That(division.Remainder(n), Is.EqualTo(n % divisor), $"{n} % {divisor}");
            }
        }
    }

    [Test]
    public void ZeroAndNegativeDivisorsAreRefused()
    {
        Assert.That(() => new FastDivision(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FastDivision(-3), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
