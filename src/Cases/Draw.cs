using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>The random numbers of one element of one operand: pure functions of a key and the element's number.</summary>
/// <param name="Key">Of the operand.</param>
/// <param name="Index">Of the element.</param>
/// <param name="Mode">For what purpose.</param>
internal readonly record struct Draw(ulong Key, long Index, FillMode Mode)
{
    /// <summary>A number in [0, 1); lanes are independent.</summary>
    public double Uniform(int lane = 0) => CounterRandom.Uniform(LaneKey(lane), Index);

    /// <summary>A standard normal number, by Box and Muller.</summary>
    public double Normal()
    {
        double radius = Math.Sqrt(-2 * Math.Log((CounterRandom.Bits(LaneKey(0), Index) + 0.5) / 4294967296.0));
        return radius * Math.Cos(2 * Math.PI * Uniform(1));
    }

    /// <summary>An integer in [0, count).</summary>
    public int Below(int count, int lane = 0) => (int)(CounterRandom.Bits(LaneKey(lane), Index) * (ulong)(uint)count >> 32);

    /// <summary>The draw of another element of the operand, such as the first one of a row.</summary>
    public Draw At(long index) => this with { Index = index };

    private ulong LaneKey(int lane) => CounterRandom.Mix(Key + (ulong)lane);
}
