using System.Globalization;

namespace JaccardKernels.Engine.Gpu;

/// <summary>How to read the report on machine code: what is counted, and the rules of its guesses.</summary>
internal static class MachineCodeLegend
{
    /// <summary>Writes it for an architecture.</summary>
    public static string Write(Multiprocessor m) => string.Create(CultureInfo.InvariantCulture, $"""
        How to read it:

        - Threads are of a group, registers of a thread, shared memory in bytes of a group. Occupancy is the warps that fit on a multiprocessor
          over the {m.Warps} it can hold, by the rules of NVIDIA's occupancy calculator, and what keeps it from more.
        - The loop is the one with most arithmetic (FFMA, FADD, FMUL, FMNMX, IMNMX, POPC; HMMA and IMMA count for {MainLoop.WorkOfMma}), where a loop
          within another is taken to run {MainLoop.Passes} times for each of its passes, and one in which a group combines its threads' results comes
          last. The number is of its instructions outside of loops within it. The shares are of these; of a kernel without a loop, of all of it.
        - MMA is HMMA and IMMA, LDG counts LDGSTS too, STG counts RED and ATOM too. Integer is arithmetic, logic and comparison; moves,
          branches, barriers, conversions and other float arithmetic are other.
        - The bound is what needs most clocks of a multiprocessor for one pass of one warp, if nothing waits. In a clock it does:
          - issue slots: {Multiprocessor.Schedulers} instructions;
          - FP32: {m.FloatLanes} lanes of FFMA, FADD, FMUL; integers: {Multiprocessor.IntegerLanes} lanes;
          - POPC, and special functions with conversions: {Multiprocessor.SpecialLanes} lanes each;
          - tensor cores: {m.TensorMultiplyAdds} multiply-adds of 16-bit floats, half of TF32, twice of 8-bit integers;
          - shared memory: {m.SharedBytesPerClock} bytes, every lane's counted, so that broadcasts are overrated;
          - memory: {m.MemoryBytesPerClock} bytes, its part of a card's bandwidth ({m.Card}); hits of the cache are not foreseen;
          - cache: about {Multiprocessor.CacheBytesPerClock} bytes, instead of memory in a loop that stages through shared memory: neighbours read
            the same.
        - Behind the bound stands the share of the arithmetic's peak that it allows, where memory is not the bound. Latency is not looked at.

        """);
}
