using System.Globalization;

namespace JaccardKernels.Engine.Gpu;

/// <summary>
/// What binds a loop: the clocks that a multiprocessor needs for one pass of one warp through it, for each of its parts, as if nothing else were
/// at work and nothing waited. The part that needs most is the bound; latency, bank conflicts and the cache's hits are not looked at.
/// </summary>
/// <param name="Part">The part.</param>
/// <param name="Clocks">What it needs.</param>
/// <param name="Arithmetic">The arithmetic part that needs most: float32, tensor cores or population counts.</param>
/// <param name="Ceiling">The share of that part's peak which the bound allows.</param>
public sealed record LoopBound(string Part, double Clocks, string Arithmetic, double Ceiling)
{
    private const string Memory = "memory", Tensor = "tensor cores", Float = "FP32", Popc = "POPC";

    /// <summary>The bound of a loop, or of a kernel without one.</summary>
    public static LoopBound Of(IReadOnlyList<SassInstruction> loop, Multiprocessor multiprocessor)
    {
        const double Warp = Multiprocessor.WarpSize;
        // What passes through shared memory is loaded for a tile, and the groups beside it load the same: it comes from the cache.
        bool staged = loop.Any(instruction => instruction.Name is "STS" or "LDGSTS");
        double bytesPerClock = staged ? Multiprocessor.CacheBytesPerClock : multiprocessor.MemoryBytesPerClock;
        (string Part, double Clocks)[] arithmetic =
        [
            (Tensor, loop.Where(Is("HMMA", "IMMA")).Sum(TensorShape.MultiplyAdds) / multiprocessor.TensorMultiplyAdds),
            (Float, loop.Count(Is("FFMA", "FADD", "FMUL")) * Warp / multiprocessor.FloatLanes),
            (Popc, loop.Count(Is("POPC")) * Warp / Multiprocessor.SpecialLanes),
        ];
        (string Part, double Clocks)[] others =
        [
            ("special functions", loop.Count(Is("MUFU", "I2F", "F2I", "F2F", "FRND", "FLO", "BREV")) * Warp / Multiprocessor.SpecialLanes),
            ("shared memory", loop.Where(Is("LDS", "LDSM", "STS", "LDGSTS", "ATOMS")).Sum(Bytes) * Warp / multiprocessor.SharedBytesPerClock),
            (staged ? "cache" : Memory, loop.Where(Is("LDG", "LDGSTS", "STG", "RED", "ATOM", "ATOMG")).Sum(Bytes) * Warp / bytesPerClock),
            ("integers", loop.Count(instruction => InstructionKinds.Of(instruction) == InstructionKind.Integer) * Warp / Multiprocessor.IntegerLanes),
            ("issue slots", (double)loop.Count / Multiprocessor.Schedulers),
        ];
        (string Part, double Clocks) useful = arithmetic.MaxBy(part => part.Clocks), most = arithmetic.Concat(others).MaxBy(part => part.Clocks);
        return new LoopBound(most.Part, most.Clocks, useful.Part, most.Clocks > 0 ? useful.Clocks / most.Clocks : 0);
    }

    /// <summary>The part, and what it leaves of the arithmetic's peak where that is the question: not where memory binds.</summary>
    public override string ToString() => Part is Memory || Ceiling is 0 || Part == Arithmetic
        ? Part
        : string.Create(CultureInfo.InvariantCulture, $"{Part}: {Arithmetic} at most {Ceiling * 100:0} %");

    private static Func<SassInstruction, bool> Is(params string[] names) => instruction => names.Contains(instruction.Name);

    // Of a thread.
    private static int Bytes(SassInstruction instruction)
    {
        foreach (string modifier in instruction.Opcode.Split('.'))
        {
            int? bytes = modifier switch
            {
                "128" => 16,
                "64" => 8,
                "U16" or "S16" => 2,
                "U8" or "S8" => 1,
                "4" when instruction.Name == "LDSM" => 16,
                "2" when instruction.Name == "LDSM" => 8,
                _ => null,
            };
            if (bytes is { } found) return found;
        }
        return 4;
    }
}
